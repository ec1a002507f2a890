"""Words that tell what a phrase of a news question is: function words, places, offices, organisations, verbs."""


def word_set(text: str) -> frozenset[str]:
    """Return the words between the spaces of a text."""
    return frozenset(text.split())


_FORMS = {"he": "he him his", "she": "she her hers", "it": "it its", "they": "they them their theirs"}
SUBJECTS = frozenset(_FORMS)
HE, SHE, IT, THEY = (frozenset(forms.split()) for forms in _FORMS.values())
PRONOUNS = HE | SHE | IT | THEY | {"there"}
OWNING = frozenset(word for word in PRONOUNS if word.endswith("s") or word == "their")
PRONOUN = "|".join(sorted(PRONOUNS - {"there"}))
"""Any pronoun of the third person, for a regular expression."""
US = word_set("i me my we us our you your")
DEMONSTRATIVES = word_set("that this those these")
ASKING = word_set("who whom whose what which when where why how")
ARTICLES = word_set("the a an")
PREPOSITIONS = word_set("""of on in at for against to from with by near aboard off over under between towards toward
    about into after before during since until despite without among within behind amid across through throughout""")
NAME_PARTICLES = word_set("of de del der den di da du la le el al bin ibn van von y")
"""Small words inside a name."""
BE = word_set("is are was were be been being isn't aren't wasn't weren't")
OPENERS = word_set("""according although another despite earlier even ever every former however including instead last
    later let like many meanwhile nearly never new next one several since still such though thus today together two
    unlike whether within without yesterday yet yes what's it's that's there's he's she's they're we're i'm i've don't
    critics experts officials people some others three four five six seven eight nine ten""")
"""Words that open a sentence with a capital, and are no name."""
PLACES = word_set("""afghanistan africa albania algeria america angola arabia argentina armenia asia atlanta australia
    austria azerbaijan baghdad bahrain bangladesh beijing beirut belarus belgium berlin bolivia bosnia brazil britain
    brussels bulgaria cairo california cambodia cameroon canada chad chile china colombia congo crimea croatia cuba
    cyprus czechia damascus denmark dubai ecuador egypt england eritrea estonia ethiopia europe fiji finland florida
    france gaza geneva georgia germany ghana gibraltar greece guatemala guinea haiti holland honduras hungary iceland
    india indonesia iran iraq ireland israel istanbul italy jakarta jamaica japan jerusalem jordan kabul kazakhstan
    kenya kiev korea kosovo kuwait kyiv kyrgyzstan laos latvia lebanon liberia libya lithuania london luxembourg madrid
    malaysia mali malta mexico moldova mongolia montenegro morocco moscow mozambique myanmar namibia nepal netherlands
    nicaragua niger nigeria norway ohio oman ottawa pakistan palestine panama paraguay paris peru philippines poland
    portugal qatar riyadh romania rome russia rwanda scotland senegal serbia seoul singapore slovakia slovenia somalia
    spain sudan sweden switzerland sydney syria taiwan tajikistan tanzania tehran texas thailand tokyo tunisia turkey
    turkmenistan uae uganda uk ukraine uruguay us usa uzbekistan vatican venezuela vienna vietnam wales washington yemen
    zambia zimbabwe zurich""")
PLACE_NAMES = word_set("""united_states united_kingdom united_arab_emirates saudi_arabia south_korea north_korea
    south_africa new_zealand new_york hong_kong sri_lanka dominican_republic costa_rica el_salvador burkina_faso
    ivory_coast los_angeles""")
PLACE_WORDS = word_set("""airport bay base camp canal city coast county desert district gulf island islands lake
    mountain mountains ocean peninsula port prison province region republic river sea state strait street town valley
    village""")
PEOPLES = word_set("""afghans africans americans arabs australians belgians brazilians british britons canadians chinese
    cubans danes dutch egyptians emiratis europeans french georgians germans greeks hungarians indians indonesians
    iranians iraqis irish israelis italians japanese jordanians koreans kurds kuwaitis lebanese libyans mexicans
    norwegians pakistanis palestinians poles portuguese qataris romanians russians saudis scots serbs spaniards spanish
    swedes swiss syrians taiwanese turks ukrainians venezuelans vietnamese yemenis houthis sunnis shiites democrats
    republicans taliban""")
GROUP_WORDS = word_set("""administration agency alliance army association authority authorities bank bloc board brigade
    bureau cabinet center central coalition command commission committee company congress corporation corps council
    court department division embassy force forces foundation government group guard guards house inc institute
    international judiciary jihad league marines media militia ministry mission movement nations nato navy news office
    organisation organization parliament party pentagon police post press programme radio reserve reuters senate service
    society staff team times treasury tribunal union university veterans hezbollah amnesty""")
ROLES = word_set("""adviser advisor agent ally ambassador analyst author businessman candidate captain chairman
    chairwoman chancellor chief cleric commander contractor critic dictator diplomat director doctor editor engineer
    envoy executive expert fellow fighter founder general governor guard head inspector journalist judge king lawmaker
    lawyer leader man mayor mediator member minister negotiator nominee officer official operator owner passenger person
    pilot politician pope premier president prince princess prisoner professor prosecutor queen reporter representative
    researcher scientist secretary senator sergeant soldier spokesman spokesperson spokeswoman student successor sultan
    teacher technician veteran victim winner witness woman writer""")
TITLES = word_set("""adm army ayatollah brig capt captain chancellor col colonel commander cpl dr envoy gen general gov
    governor grand king lance lady lord lt maj major minister mr mrs ms mullah officer pope premier president prime
    prince princess prof professor queen rep secretary sen senator sgt sheikh sir spc staff sultan supreme leader
    foreign defense defence air force sergeant former""")
WOMEN = word_set("""alice alissa amanda amy andrea angela ann anna anne annie ariane barbara caroline catherine
    christine claire diana elena elizabeth ellen emily emma eva farnaz fatima giorgia hannah helen hillary ingrid irene
    jacinda jane jennifer jessica joan julia kamala karen kate katherine laura leila linda lisa liz louise maria marie
    mary melania michelle monica nadia nancy nicola olga patricia rachel randa rebecca rosa ruth sanna sarah sheikha
    sonia sophie susan theresa ursula victoria yulia zahra""")
AUXILIARIES = word_set("""am is are was were be been being do does did has have had can could may might must shall
    should will would isn't aren't wasn't weren't don't doesn't didn't hasn't haven't hadn't can't couldn't won't
    wouldn't""")
DO = word_set("do does did don't doesn't didn't can could may might must shall should will would won't to")
SAY_BASE = word_set("say tell write announce claim argue want think tweet")
SAYING = word_set("said says told wrote writes tweeted argued warned insisted added")
SAY = word_set("""accuse admit agree announce argue ask assert believe blame call claim confirm condemn decide demand
    deny describe do expect explain give hope insist intend make offer plan promise propose react recommend refuse
    reject reply report respond say seek suggest tell think threaten urge vote vow want warn write""")
REPORTING = word_set("""said says say saying told tells asked asks added adds wrote writes reported reports claimed
    claims denied denies denying announced announces argued argues warned warns insisted insists stated states explained
    explains called noted notes acknowledged confirmed replied responded declared recalled suggested conceded admitted
    maintained tweeted estimated testified rejected disputed dismissed contended alleged alleges blamed accused put""")
"""Forms of verbs that report what somebody says."""
VERBS = SAY | word_set("""abandon accept achieve act add affect aim allow appear appoint apologize apologise approve
    arrest arrive attack attend back ban become begin bring build buy cancel carry cause change charge close collapse
    come continue control cost cover crash create cut damage deploy destroy die disappear discover do drop earn end
    endorse enrich enter escape evacuate expire explode export extend face fail fall feel fight fill find finish fire
    fly follow free get go grow happen have hear help hit hold hurt import impose improve include increase injure invade
    invite join keep kill know land last launch lead leave let lift live look lose lower march mean meet mention move
    name need occur open operate oppose order own pass pay produce protest prove provide publish put raise reach read
    receive recover reduce release remain remove rename renew replace require resign restore result retaliate return
    reveal rise run sail sanction see seize sell send serve set shoot show sign sink sit spell speak spend spread stand
    start stay step stop strike succeed suffer supply support suspend take talk test trigger try turn use visit wait win
    withdraw work wound travel board lean justify burn pledge hire sue play film cast star marry""")
PASTS = word_set("""became began brought built came cut died done fell felt fired fought found fled gave given got gone
    held hit hurt kept killed knew known led left let lost made meant met paid put quit ran read rose sank sat saw seen
    sent set shot sold spent spoke spoken stood struck sunk taken taught thought threw took told went won wore written
    wrote said""")
"""Past forms that do not end in -ed, which always are verbs."""

VAGUE = word_set("""abroad account admit age aftermath agree answer anyone anything apologise apologize arrest arrested
    attack attacked begin blame blamed board body cause caused casualties charge charged claim claimed cost count damage
    date day days dead death deaths decide decided deny denied detail details die died effect else end ended ending
    evidence exactly expect expected explain figure finally fine free freed get go going gone happen happened happening
    harmed hear hold held hurt injured injuries injury kill killed know known last lasted later lead left like location
    long look made make mean meeting money month motive name named new next number object objected occur occurred
    official old order ordered outcome oppose opposed paid part pay people place plan plans point price problem punished
    purpose reaction react reacted reason reasons released replace replaced reply replied resign resigned respond
    responded response responsibility responsible rest result return returned right rise role same say second seize see
    sentence sentenced serve set size source sources spell spelled start started stay stop stopped succeed succeeded
    support supported survive survived survivors take taken target targets tell term terms think third time toll took
    total try true trying turn victims vote voted votes want wanted way week weeks win won work worked worth wounded
    wrong year years""")
"""Words that tell nothing about a topic: a question of these alone lives on the one before it."""

NEGATIONS = word_set("""not no never none nobody nothing neither nor without cannot cant dont doesnt didnt isnt arent
    wasnt werent wont wouldnt shouldnt couldnt hasnt havent hadnt unable""")
"""Words that say that something is not so, apostrophes left out."""

DENYING = word_set("deny denies denied denying reject rejects rejected dispute disputes disputed refute refuted")
"""Verbs by which somebody says that something is not so."""
