class Kekkai < Formula
  desc "Security triage"
  url "https://github.com/kademoslabs/kekkai/releases/download/v0.0.1/kekkai-0.0.1-py3-none-any.whl", using: :nounzip
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"

  def install
    bin.install "kekkai"
  end
end
