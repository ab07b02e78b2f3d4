class Kekkai < Formula
  desc "Security triage"
  homepage "https://github.com/kademoslabs/kekkai"
  url "https://github.com/kademoslabs/kekkai/archive/refs/tags/v0.0.2.tar.gz"
  sha256 "89abcdef89abcdef89abcdef89abcdef89abcdef89abcdef89abcdef89abcdef"
  license "Apache-2.0"

  depends_on "python@3.12"

  resource "rich" do
    url "https://files.example.org/packages/rich-13.9.tar.gz"
    mirror "https://mirror.example.org/rich-13.9.tar.gz"
    sha256 "2222222222222222222222222222222222222222222222222222222222222222"
  end

  def install
    bin.install "kekkai"
  end
end
