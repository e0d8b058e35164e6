#!/bin/sh
# Prints the path of a Python 3.11 that can make virtual environments.
# Otherwise says in one sentence what is missing and exits 1. PYTHON=… names one to use.
complete='import ensurepip, sqlite3, ssl, venv'
right='import sys; sys.exit(sys.version_info[:2] != (3, 11))'
where='import sys; print(sys.executable)'
found=''
for candidate in ${PYTHON:-python3.11 python3 python}; do
    version=$("$candidate" -c 'import sys; print(".".join(map(str, sys.version_info[:3])))' 2>/dev/null) || continue
    if ! "$candidate" -c "$right" 2>/dev/null; then
        found="${found:+$found、}$candidate $version"
    elif ! "$candidate" -c "$complete" 2>/dev/null; then
        echo "✗ $candidate 缺少 venv、ssl 或 sqlite3 模块，请补装（Debian/Ubuntu：python3.11-venv）后重试。(Python 3.11 is incomplete: install its venv, ssl and sqlite3 modules.)" >&2
        exit 1
    else
        "$candidate" -c "$where"
        exit 0
    fi
done
if [ -n "$found" ]; then found="只找到 $found"; else found="未找到可用的 Python"; fi
echo "✗ 需要 Python 3.11，$found；请安装后重试，或用 PYTHON=路径 指明。(Python 3.11 is required.)" >&2
exit 1
