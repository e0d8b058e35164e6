"""Privacy: what is kept about visitors, and why."""

from __future__ import annotations

TITLE = "隐私说明"
INTRO = "查询不需要注册，也不跟踪您。下面是本站保存的全部内容。"

#: Blocks of the body: (type, value), as the StreamField stores them.
BODY: list[tuple[str, object]] = [
    ("heading", {"text": "您查询时", "level": "2", "anchor": "visit"}),
    (
        "text",
        (
            "<ul><li>公众查询不需要登录，不建立会话，不设置用来识别您的 Cookie。</li>"
            "<li>本站不使用统计、广告和跟踪程序，页面不从其他网站加载任何内容，因此不会有第三方知道您看过什么。</li>"
            "<li>搜索的词只用来给出这一次的结果，不与您个人关联保存。搜索词会出现在网址里，请不要在搜索框中填写身份证号、电话等个人信息。</li></ul>"
        ),
    ),
    ("heading", {"text": "Cookie", "level": "2", "anchor": "cookies"}),
    (
        "table",
        {
            "table_caption": "本站使用的 Cookie",
            "table_header_choice": "row",
            "first_row_is_table_header": True,
            "first_col_is_header": False,
            "data": [
                ["名称", "什么时候有", "用途", "保存多久"],
                ["large_text", "您选择“大字版”以后", "记住字号，只有“1”这一个值", "一年，或到您改回标准字号"],
                ["sessionid", "只有工作人员登录后台时", "保持登录", "8小时，退出即失效"],
                ["csrftoken", "只有工作人员登录后台时", "防止冒用登录状态提交表单", "一年"],
                ["messages", "只有工作人员使用后台时", "显示一次操作结果的提示", "显示后即删除"],
            ],
        },
    ),
    ("heading", {"text": "服务器日志", "level": "2", "anchor": "logs"}),
    (
        "text",
        (
            "<p>网络日志按《网络安全法》的要求留存不少于六个月，可能包括访问时间、网址、网络地址（IP）和浏览器类型，只用于保障安全和排除故障，"
            "由运行本站的单位保管，不用来分析个人的兴趣，不向无关的人提供。</p>"
            "<p>工作人员在后台的操作另有审计日志，记录谁、何时、做了什么，不能修改和删除。</p>"
        ),
    ),
    ("heading", {"text": "公开的信息", "level": "2", "anchor": "published"}),
    (
        "text",
        (
            "<p>本站依照《管理办法》公布评价机构的名称、备案编码、地址、评价职业（工种）范围等信息（第十二条），以及收费标准、抽查和信用评估结果、"
            "注销公告。这些是机构的信息，不公布考生的个人信息。认为公布的内容有误，请向该机构的备案管理机构提出，"
            '联系方式见<a href="/help/#complain">帮助</a>。更正会写在原处，并注明日期和原因。</p>'
        ),
    ),
    ("heading", {"text": "您的权利", "level": "2", "anchor": "rights"}),
    (
        "text",
        (
            "<p>您可以随时在浏览器中删除 Cookie，不影响查询。依照《个人信息保护法》，您可以要求查阅、更正或删除与您有关的个人信息，"
            "请与页面底部写明的主办单位联系。</p>"
        ),
    ),
]
