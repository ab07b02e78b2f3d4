class Kekkai < Formula
  desc "Security triage"
  url "https://github.com/kademoslabs/kekkai/archive/refs/tags/v1.0.0-nightly.3.tar.gz",
      using: :homebrew_curl # the usual one fails here
  version "1.0.0-nightly.3"
  sha256 "89abcdef89abcdef89abcdef89abcdef89abcdef89abcdef89abcdef89abcdef"

  def install
    bin.install "kekkai"
  end
end
