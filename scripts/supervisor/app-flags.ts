/** For the Node that runs the application; the Dockerfile has the same. */
export const APP_FLAGS: readonly string[] = [];
