"""uses.toml and use_hints.toml as every team begins: types of use that hold for any statistics."""

USES_FILE = """# What the statistics are used for: a beginning. Put the lines of your own annex in its place.
dimension = "use"

[[tag]]
id = "policy-development"
title = "Development of policy"

[[tag]]
id = "monitoring"
title = "Monitoring and evaluation of policies and services"

[[tag]]
id = "resource-allocation"
title = "Allocation of money and planning of services"

[[tag]]
id = "research-and-teaching"
title = "Research and teaching"

[[tag]]
id = "campaigning-and-funding"
title = "Campaigns and funding bids of the third sector"

[[tag]]
id = "commercial"
title = "Commercial choices"

[[tag]]
id = "news"
title = "News and public debate"

[[tag]]
id = "other-use"
title = "Another use"
description = "A stated use that the list does not know yet."

[[rule]]
id = "type-of-use.policy-development"
tag = "policy-development"
weight = 0.9
patterns = [
    "(develop*|shap*|form*|design*|review*|write|draft*|inform*) ..6 (polic*|strategy|strategies|legislation)",
    "(policy|strategy) (development|design|making|review|paper|advice)",
]
ok = ["to develop our strategy"]
not = ["develop a film"]

[[rule]]
id = "type-of-use.monitoring"
tag = "monitoring"
weight = 0.9
patterns = [
    "(monitor*|evaluat*|track*|benchmark*|measure|measuring|assess*) ..8 (progress|performance|polic*|service*)",
    "(monitor*|evaluat*|track*|measure|measuring|assess*) ..8 (programme|target*|outcome*|impact|change*|scheme)",
    "(monitoring|evaluation|performance) (report|framework|indicator*|dashboard)", "=(baseline|benchmarking)",
]
ok = ["to monitor the performance of our service"]
not = ["a computer monitor"]

[[rule]]
id = "type-of-use.resource-allocation"
tag = "resource-allocation"
weight = 0.9
patterns = [
    "(allocat*|target*|distribut*|prioriti*) ..6 (fund*|resource*|money|budget*|grant*|service*|spending)",
    "(plan|planning|plans) ..4 (service*|provision|capacity)", "(budget|spending) (plan*|case|review|bid)",
]
ok = ["to allocate our budget"]
not = ["a plan of the building"]

[[rule]]
id = "type-of-use.research-and-teaching"
tag = "research-and-teaching"
weight = 0.9
patterns = [
    "(dissertation|thesis|phd|essay|coursework|journal article|academic*|lecture*|seminar|teach*|module)",
    "(research|study) ..4 (project|paper|on|into)", "(book|article|paper) ..4 (on|about)",
]
ok = ["for my dissertation"]
not = ["a train"]

[[rule]]
id = "type-of-use.campaigning-and-funding"
tag = "campaigning-and-funding"
weight = 0.9
patterns = [
    "(funding|grant|lottery) ..3 (bid*|application*|proposal*)", "(campaign*|lobby*|advoca*)",
    "our (charity|members|beneficiaries)",
]
ok = ["a funding bid"]
not = ["a bid at an auction"]

[[rule]]
id = "type-of-use.commercial"
tag = "commercial"
weight = 0.9
patterns = [
    "(market|marketing|sales|customer*|client*) ..4 (research|analysis|strategy|report|size|forecast)",
    "(business plan|investment decision*)",
]
ok = ["our market analysis"]
not = ["the market square"]

[[rule]]
id = "type-of-use.news"
tag = "news"
weight = 0.9
patterns = [
    "(article|story|feature|programme|broadcast|column|blog) ..5 (about|for|this|next|tomorrow|today)",
    "parliamentary question", "=pq", "(speech|debate)",
]
ok = ["a story for tomorrow"]
not = ["a storey of the house"]
"""

HINTS_FILE = """# What speaks for a use besides its own words: who the sender is. It only breaks ties and fills gaps.
kind = "table"

[category]
academia = { research-and-teaching = 0.8 }
media = { news = 0.9 }
parliament = { news = 0.6 }
business = { commercial = 0.5 }
ocs-voluntary = { campaigning-and-funding = 0.5 }
local-government = { resource-allocation = 0.1, monitoring = 0.1 }

[product]
"""
