"""What tests may ask of a PDF without a program that reads it."""

import re

PAGE = re.compile(rb"/Type\s*/Page\b")


def count_pages(pdf: bytes) -> int:
    assert pdf.startswith(b"%PDF-")
    return len(PAGE.findall(pdf))
