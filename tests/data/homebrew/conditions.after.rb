class Kekkai < Formula
  desc "Security triage"
  homepage "https://github.com/kademoslabs/kekkai"

  if OS.mac? && Hardware::CPU.arm?
    url "https://github.com/kademoslabs/kekkai/releases/download/v0.0.2/kekkai-0.0.2-macos-arm64.tar.gz"
    sha256 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  elsif OS.mac?
    url "https://github.com/kademoslabs/kekkai/releases/download/v0.0.2/kekkai-0.0.2-macos-x86_64.tar.gz"
    sha256 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
  else
    url "https://github.com/kademoslabs/kekkai/releases/download/v0.0.2/kekkai-0.0.2-linux-x86_64.tar.gz"
    sha256 "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
  end

  def install
    bin.install "kekkai"
  end
end
