# SPDX-License-Identifier: BSD-2-Clause
"""The table's picture: bars of instructions for each operation, in SVG written by hand, on a logarithmic scale."""

import html
import math

import measure

BARS = (("xen", "Xen 4.17", "#b0b7c3"), ("skep", "Skep", "#d9820f"))
# What never exits is a bar of one instruction everywhere and shows nothing; the part of a row is in the row.
LEFT_OUT = ("read_gicc_iar", "write_gicc_eoir", "write_gicc_pmr", "timer_to_wfi_end")
WIDTH, LABELS, NUMBERS, BAR, GAP, TOP = 900, 380, 60, 13, 12, 56


def _text(x, y, content, **attributes):
    words = " ".join(f'{key.replace("_", "-")}="{value}"' for key, value in attributes.items())
    return f'<text x="{x:.1f}" y="{y:.1f}" {words}>{html.escape(content)}</text>'


def svg(results):
    """The picture of those machines' results that it shows; rows that neither has are left out."""
    shown = [bar for bar in BARS if bar[0] in results]
    rows = [row for row in measure.ROWS if row not in LEFT_OUT and any(row in results[name] for name, _, _ in shown)]
    most = max(results[name].get(row, 1) for name, _, _ in shown for row in rows)
    decades = math.ceil(math.log10(most))
    scale = (WIDTH - LABELS - NUMBERS) / decades
    height = TOP + len(rows) * (len(shown) * BAR + GAP) + 10
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" '
           f'font-size="13" fill="#222"><rect width="{WIDTH}" height="{height}" fill="#fff"/>']
    out.append(_text(10, 20, "Instructions for one operation (QEMU icount, logarithmic scale; less is better)",
                     font_weight="bold"))
    x = LABELS
    for _, title, colour in shown:
        out.append(f'<rect x="{x}" y="32" width="12" height="12" fill="{colour}"/>')
        out.append(_text(x + 17, 43, title))
        x += 110
    for decade in range(decades + 1):
        x = LABELS + decade * scale
        out.append(f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{height - 8}" stroke="#ddd"/>')
    y = TOP + GAP / 2
    for row in rows:
        out.append(_text(LABELS - 8, y + BAR * len(shown) / 2 + 5, measure.ROWS[row], text_anchor="end"))
        for name, _, colour in shown:
            value = results[name].get(row)
            if value is not None:
                length = max(1, math.log10(max(value, 1)) * scale)
                out.append(f'<rect x="{LABELS}" y="{y:.1f}" width="{length:.1f}" height="{BAR - 1}" fill="{colour}"/>')
                out.append(_text(LABELS + length + 4, y + BAR - 2, f"{value:,.0f}", font_size="11"))
            y += BAR
        y += GAP
    return "\n".join(out + ["</svg>", ""])
