"""The pages kit: shell, list, detail, form, live parts over one stream, job progress, charts, themes and
languages. It knows how a page looks and behaves, and refuses to know any room or desk.
"""
