# typed: true
# frozen_string_literal: true

# Formula of Kekkai: url "https://example.org/kekkai-0.0.1.tar.gz" stands here as prose.
class Kekkai < Formula
  include Language::Python::Virtualenv

  desc "Security triage – für Entwickler"
  homepage "https://github.com/kademoslabs/kekkai"
  url "https://github.com/kademoslabs/kekkai/archive/refs/tags/v0.0.2.tar.gz" # source of the tag
  sha256 "89abcdef89abcdef89abcdef89abcdef89abcdef89abcdef89abcdef89abcdef" # sha256 "old"
  license "Apache-2.0"
  head "https://github.com/kademoslabs/kekkai.git", branch: "main"

  livecheck do
    url :stable
    regex(/^v?(\d+(?:\.\d+)+)$/i)
  end

  depends_on "python@3.12"

  resource "rich" do
    url "https://files.example.org/packages/rich-0.0.1.tar.gz"
    sha256 "2222222222222222222222222222222222222222222222222222222222222222"
  end

  patch do
    url "https://github.com/kademoslabs/kekkai/archive/refs/tags/v0.0.1.patch"
    sha256 "3333333333333333333333333333333333333333333333333333333333333333"
  end

  def install
    url = "https://github.com/kademoslabs/kekkai/archive/refs/tags/v0.0.2.tar.gz"
    virtualenv_install_with_resources
    ohai url
  end

  test do
    assert_match "kekkai", shell_output("#{bin}/kekkai --version")
  end
end
