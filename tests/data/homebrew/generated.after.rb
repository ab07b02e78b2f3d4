# typed: false
# frozen_string_literal: true

# This file is made by a generator. Do not edit.
class Kekkai < Formula
  desc "Security triage"
  homepage "https://github.com/kademoslabs/kekkai"
  version "0.0.2"
  bottle :unneeded

  on_macos do
    if Hardware::CPU.arm? || !Hardware::CPU.is_64_bit?
      url "https://github.com/kademoslabs/kekkai/releases/download/v0.0.2/kekkai_mac.tar.gz", using: CurlDownloadStrategy
      sha256 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

      def install
        bin.install "kekkai"
      end
    end
  end

  on_linux do
    if Hardware::CPU.arm?
      url "https://github.com/kademoslabs/kekkai/releases/download/v0.0.2/kekkai_arm.tar.gz", using: CurlDownloadStrategy
      sha256 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    end
    unless Hardware::CPU.arm?
      url "https://github.com/kademoslabs/kekkai/releases/download/v0.0.2/kekkai_pc.tar.gz", using: CurlDownloadStrategy
      sha256 "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
    end
  end

  if build.head?
    depends_on "rust" => :build
  end

  test do
    system "#{bin}/kekkai", "--version"
  end
end
