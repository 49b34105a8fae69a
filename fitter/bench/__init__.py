"""`diskblur-fit bench`: every method on the same targets in one run, and a report of it.

    variants.py   the methods as they compete: a name, tap counts, options
    plan.py       which cases are run, quick and full
    scenes.py     spatially varying blurs, and the exact pictures they are compared with
    measures.py   PSNR, SSIM, FLIP and relative Frobenius error of a bank
    case.py       one case: fit, time, measure
    runner.py     all cases: two at a time, each kept as soon as it is done
    figures.py    what was asked for against what was measured
    summary.py, tables.py, report.py, plots.py, pictures.py: Markdown, JSON and PNG
    command.py    the command's options

A case that is done is two files, its result (JSON) and its bank, written whole or not at all.
"""
