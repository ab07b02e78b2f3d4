# typed: false
# frozen_string_literal: true

# This file is made by a generator. Do not edit.
class Kekkai < Formula
  desc "Security triage"
  homepage "https://github.com/kademoslabs/kekkai"
  version "0.0.1"
  bottle :unneeded

  on_macos do
    if Hardware::CPU.arm? || !Hardware::CPU.is_64_bit?
      url "https://github.com/kademoslabs/kekkai/releases/download/v0.0.1/kekkai_mac.tar.gz", using: CurlDownloadStrategy
      sha256 "aaaa000000000000000000000000000000000000000000000000000000000000"

      def install
        bin.install "kekkai"
      end
    end
  end

  on_linux do
    if Hardware::CPU.arm?
      url "https://github.com/kademoslabs/kekkai/releases/download/v0.0.1/kekkai_arm.tar.gz", using: CurlDownloadStrategy
      sha256 "bbbb000000000000000000000000000000000000000000000000000000000000"
    end
    unless Hardware::CPU.arm?
      url "https://github.com/kademoslabs/kekkai/releases/download/v0.0.1/kekkai_pc.tar.gz", using: CurlDownloadStrategy
      sha256 "cccc000000000000000000000000000000000000000000000000000000000000"
    end
  end

  if build.head?
    depends_on "rust" => :build
  end

  test do
    system "#{bin}/kekkai", "--version"
  end
end
