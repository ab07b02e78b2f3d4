class Kekkai < Formula
  desc "Security triage"
  homepage "https://github.com/kademoslabs/kekkai"

  if OS.mac? && Hardware::CPU.arm?
    url "https://github.com/kademoslabs/kekkai/releases/download/v0.0.1/kekkai-0.0.1-macos-arm64.tar.gz"
    sha256 "aaaa000000000000000000000000000000000000000000000000000000000000"
  elsif OS.mac?
    url "https://github.com/kademoslabs/kekkai/releases/download/v0.0.1/kekkai-0.0.1-macos-x86_64.tar.gz"
    sha256 "bbbb000000000000000000000000000000000000000000000000000000000000"
  else
    url "https://github.com/kademoslabs/kekkai/releases/download/v0.0.1/kekkai-0.0.1-linux-x86_64.tar.gz"
    sha256 "cccc000000000000000000000000000000000000000000000000000000000000"
  end

  def install
    bin.install "kekkai"
  end
end
