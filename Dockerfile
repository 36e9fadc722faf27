# syntax=docker/dockerfile:1
# One image with every binary: `tepat` (the suite in one process, migrations, the command line) and the services' own.
# A release pins both bases by digest: --build-arg RUST=rust@sha256:… --build-arg BASE=gcr.io/distroless/cc-debian12@sha256:…
ARG RUST=docker.io/library/rust:1.95-bookworm
ARG BASE=gcr.io/distroless/cc-debian12:nonroot

FROM ${RUST} AS build
WORKDIR /src
COPY . .
# Thin LTO and no debug information; the lock file decides every dependency.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --locked --profile dist --bins --package tepat \
      --package tepat-membership --package tepat-wages --package tepat-accounts --package tepat-disbursement && \
    mkdir /out && \
    cp target/dist/tepat target/dist/tepat-membership target/dist/tepat-wages target/dist/tepat-accounts \
      target/dist/tepat-disbursement /out/

# The base has glibc, libgcc, CA certificates and no shell.
FROM ${BASE} AS image
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="tepat" \
      org.opencontainers.image.description="Pays Indonesia's wage subsidy (BSU)" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build --chown=0:0 /out/ /usr/local/bin/
COPY --chown=0:0 LICENSE /usr/share/doc/tepat/LICENSE
ENV PATH=/usr/local/bin:/usr/bin:/bin
# A number, so that a cluster can see that it is not root; it owns nothing in the image and writes nothing to it.
USER 65532:65532
# What has to be kept lies in volumes: packages in /var/lib/tepat/packages, keys and settings below /etc/tepat.
WORKDIR /
EXPOSE 7400 9464
ENTRYPOINT []
CMD ["tepat", "--help"]
