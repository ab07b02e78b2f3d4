class Kekkai < Formula
  desc "Security triage"
  url "https://github.com/kademoslabs/kekkai/archive/refs/tags/v0.0.2.tar.gz", using: :homebrew_curl
  sha256 "89abcdef89abcdef89abcdef89abcdef89abcdef89abcdef89abcdef89abcdef"

  def install
    bin.install "kekkai"
  end
end
