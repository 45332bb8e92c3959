# One image per service, from one file: they differ in the bundle they hold and in nothing else.
#   podman build --target book -t rentalbook/book:local .        (docker build takes the same arguments)
# The target tools is the operator's commands. An image holds Node and one bundle: no npm packages, no sources, no embedded engine.
ARG NODE_IMAGE=docker.io/library/node:20-bookworm-slim

# Only what decides about the dependencies, so that a change of a source does not install them again.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /all
COPY . .
RUN mkdir /manifests \
 && find . -name package.json -exec cp --parents {} /manifests ';' \
 && cp package-lock.json .npmrc /manifests

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY --from=manifests /manifests ./
RUN npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
COPY packages packages
COPY subgraphs subgraphs
COPY router router
COPY tools tools
# The one source of an engine's folder that a command shares.
COPY engines/storage/src/ensure-folder.ts engines/storage/src/ensure-folder.ts
RUN node tools/build/build.mjs --images

# The heap leaves room in a container of 256 MiB for buffers and code. A young generation of 4 MB takes 10 MB more than one
# of 1 MB, and a seventh less of the processor for each request.
FROM ${NODE_IMAGE} AS service
LABEL org.opencontainers.image.title=rentalbook org.opencontainers.image.version=0.1.0
ENV NODE_ENV=production
WORKDIR /app
USER 1000:1000
ENTRYPOINT ["node", "--max-old-space-size=160", "--max-semi-space-size=4", "/app/main.js"]

FROM service AS book
COPY --from=build /app/subgraphs/book/dist/main.js /app/subgraphs/book/dist/main.bundle.js* /app/subgraphs/book/dist/tracing.bundle.js ./

FROM service AS reserve
COPY --from=build /app/subgraphs/reserve/dist/main.js /app/subgraphs/reserve/dist/main.bundle.js* /app/subgraphs/reserve/dist/tracing.bundle.js ./

FROM service AS rental
COPY --from=build /app/subgraphs/rental/dist/main.js /app/subgraphs/rental/dist/main.bundle.js* /app/subgraphs/rental/dist/tracing.bundle.js ./

FROM service AS mypage
COPY --from=build /app/subgraphs/mypage/dist/main.js /app/subgraphs/mypage/dist/main.bundle.js* /app/subgraphs/mypage/dist/tracing.bundle.js ./

FROM service AS gateway
COPY --from=build /app/router/dist/main.js /app/router/dist/main.bundle.js* /app/router/dist/tracing.bundle.js ./

FROM service AS tools
COPY --from=build /app/tools/cli/dist/tools.bundle.js* /app/tools/cli/dist/dead-letters.bundle.js* /app/tools/cli/dist/rebuild.bundle.js* /app/tools/cli/dist/backup.bundle.js* /app/tools/cli/dist/restore.bundle.js* /app/tools/cli/dist/seed.bundle.js* /app/tools/cli/dist/demo.bundle.js* ./tools/cli/dist/
COPY --from=build /app/subgraphs/mypage/dist/rebuild.js /app/subgraphs/mypage/dist/rebuild.bundle.js* ./subgraphs/mypage/dist/
ENTRYPOINT ["node", "/app/tools/cli/dist/tools.bundle.js"]
