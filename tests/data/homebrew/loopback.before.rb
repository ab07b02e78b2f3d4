class Kekkai < Formula
  desc "Security triage"
  url "http://127.0.0.1:8080/kademoslabs/kekkai/archive/refs/tags/v0.0.1.tar.gz"
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"

  depends_on "python@3.12"

  keg_only "it is tried out"

  def install
    bin.install "kekkai"
  end
end
