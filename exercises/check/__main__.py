"""Says what is missing before you hand in your work: ``python check NAME`` in the folder exercises."""
from autograde.check import main

main()
