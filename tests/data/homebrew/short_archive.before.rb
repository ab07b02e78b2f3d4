class Kekkai < Formula
  desc "Security triage"
  url "https://github.com/kademoslabs/kekkai/archive/v0.0.1.zip", using: :homebrew_curl
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"

  def install
    bin.install "kekkai"
  end
end
