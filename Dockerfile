# The command in a small image:
#
#     docker build -t ofa .
#     docker run --rm -v "$PWD":/work --user "$(id -u):$(id -g)" ofa list spaces
FROM swift:6.3-bookworm AS build
WORKDIR /source
COPY Makefile ./
RUN apt-get update -qq && apt-get install -qq --no-install-recommends make && make system-packages
COPY . .
RUN swift build -c release --static-swift-stdlib --product ofa \
 && swift build -c release --static-swift-stdlib --product ofa-probe \
 && install -D -s -t /installed .build/release/ofa .build/release/ofa-probe

FROM debian:bookworm-slim
RUN apt-get update -qq \
 && apt-get install -qq --no-install-recommends \
      libopenblas0-pthread libjson-c5 zlib1g libturbojpeg0 libpng16-16 openssh-client \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /installed/ /usr/local/bin/
COPY HardwareProfiles /usr/local/share/ofa/HardwareProfiles
COPY Models /usr/local/share/ofa/Models
WORKDIR /work
ENTRYPOINT ["ofa"]
