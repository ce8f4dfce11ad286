/** Texts of the drawn message. */
export const bubbleWords = {
  media: {
    image: 'Picture',
    video: 'Video',
    document: 'Document',
    gif: 'Moving picture',
    location: 'Place on the map',
    product: 'Product',
  } as Readonly<Record<string, string>>,
  file: 'File',
};
