class Kekkai < Formula
    desc "Security triage"
    sha256("89abcdef89abcdef89abcdef89abcdef89abcdef89abcdef89abcdef89abcdef")
    url("https://github.com/kademoslabs/kekkai/archive/refs/tags/v0.0.2.tar.gz")
    version("0.0.2")

    def install
        bin.install "kekkai"
    end
end
