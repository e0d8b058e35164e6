"""The rules of 渝人社发〔2020〕128号 as pure functions.

Nothing here imports Django, reads a clock or touches a database: a day always comes in as an
argument (a date in Asia/Shanghai) and every computed date comes out with its explanation.
Chinese sentences are plain strings, because gettext belongs to the layers that show them.
"""
