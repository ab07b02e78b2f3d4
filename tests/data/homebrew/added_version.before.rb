class Kekkai < Formula
  desc "Security triage"
  url "https://github.com/kademoslabs/kekkai/archive/refs/tags/v0.0.1.tar.gz",
      using: :homebrew_curl # the usual one fails here
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"

  def install
    bin.install "kekkai"
  end
end
