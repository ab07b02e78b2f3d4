class Kekkai < Formula
  desc "Security triage"
  homepage "https://github.com/kademoslabs/kekkai"
  license "Apache-2.0"

  stable do
    url "https://github.com/kademoslabs/kekkai/archive/refs/tags/v0.0.2.tar.gz"
    sha256 "89abcdef89abcdef89abcdef89abcdef89abcdef89abcdef89abcdef89abcdef"

    patch :DATA

    resource "rules" do
      url "https://files.example.org/rules-0.0.1.tar.gz"
      sha256 "2222222222222222222222222222222222222222222222222222222222222222"
    end
  end

  head do
    url "https://github.com/kademoslabs/kekkai/archive/refs/heads/main.tar.gz"
    sha256 "3333333333333333333333333333333333333333333333333333333333333333"

    depends_on "cmake" => :build
  end

  def install
    bin.install "kekkai"
  end
end

__END__
diff --git a/setup.py b/setup.py
--- a/setup.py
+++ b/setup.py
@@ -1 +1 @@
-version = "0.0.1
+version = '0.0.1'
