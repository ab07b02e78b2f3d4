class Kekkai < Formula
  desc "Security triage"
  url "https://github.com/kademoslabs/kekkai/releases/download/v1.0.0-rc.1/kekkai-1.0.0rc1-py3-none-any.whl", using: :nounzip
  sha256 "89abcdef89abcdef89abcdef89abcdef89abcdef89abcdef89abcdef89abcdef"

  def install
    bin.install "kekkai"
  end
end
