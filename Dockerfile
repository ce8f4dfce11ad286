FROM node:24-bookworm-slim AS build
# A package of the documentation page reports installations otherwise.
ENV SCARF_ANALYTICS=false
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY .swcrc ./
COPY scripts scripts
COPY src src
COPY simulator simulator
COPY migrations migrations
COPY console console
RUN node scripts/launcher/build.ts

# The optional packages are the embedded PostgreSQL and a second Node, which an image does not need.
FROM node:24-bookworm-slim AS dependencies
ENV SCARF_ANALYTICS=false
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
# Saves memory, as in scripts/launcher/supervisor/app-runtime.ts.
ENV MALLOC_ARENA_MAX=2
WORKDIR /app
COPY package.json ./
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
# Generated secrets live here: a new volume inherits the owner and the mode.
RUN install --directory --owner=node --group=node --mode=700 /data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/live').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# The flags save memory too.
CMD ["node", "--max-semi-space-size=4", "--heap-growing-percent=40", "--no-maglev", "--concurrent-turbofan-max-threads=1", "dist/src/main.js"]
