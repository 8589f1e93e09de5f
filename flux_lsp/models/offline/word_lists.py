"""The words that names are made of, as lists.

Never holds logic; `words.py` reads them.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SHORT = {
    word.lower(): word
    for word in _words(
        "API ASCII CLI CPU CSS CSV DB DNS FTP GPU GUI HTML HTTP HTTPS ID IO IP JSON JWT LSP OS "
        "PDF RAM RGB RPC SDK SHA SKU SMTP SQL SSH SSL TCP TLS TOML TTL UDP UI URI URL UTC "
        "UTF UUID VM XML YAML ZIP"
    )
} | {"ids": "IDs", "urls": "URLs", "iban": "IBAN", "vat": "VAT", "md5": "MD5"}

LONG = {
    "args": "arguments",
    "arg": "argument",
    "attrs": "attributes",
    "attr": "attribute",
    "buf": "buffer",
    "cfg": "configuration",
    "config": "configuration",
    "conn": "connection",
    "ctx": "context",
    "dest": "destination",
    "dir": "folder",
    "dirs": "folders",
    "doc": "document",
    "docs": "documents",
    "elem": "element",
    "env": "environment",
    "err": "error",
    "exc": "exception",
    "ext": "extension",
    "fn": "function",
    "func": "function",
    "idx": "index",
    "img": "image",
    "info": "information",
    "init": "initialize",
    "kwargs": "keyword arguments",
    "len": "length",
    "lang": "language",
    "max": "maximum",
    "min": "minimum",
    "msg": "message",
    "msgs": "messages",
    "num": "number",
    "obj": "object",
    "objs": "objects",
    "param": "parameter",
    "params": "parameters",
    "pos": "position",
    "prev": "previous",
    "pwd": "password",
    "qty": "quantity",
    "ref": "reference",
    "repo": "repository",
    "req": "request",
    "res": "result",
    "resp": "response",
    "ret": "result",
    "spec": "specification",
    "src": "source",
    "str": "string",
    "temp": "temporary",
    "tmp": "temporary",
    "txt": "text",
    "val": "value",
    "vals": "values",
    "var": "variable",
    "vec": "vector",
}

VERBS = _words(
    """
    abort accept acquire activate add adjust advance aggregate align allocate allow analyse analyze
    animate annotate append apply archive ask assemble assert assign attach authenticate authorize
    await back backup balance begin bind block boot broadcast browse build bump cache calculate call
    cancel capitalize capture cast change charge check choose clamp clean clear click clip clone
    close collapse collect combine commit compare compile complete compose compress compute
    concatenate configure confirm connect consume convert copy correct count cover crawl create crop
    cut deactivate debug decide declare decode decompress decorate decrease decrement decrypt deduce
    define delete deliver deploy describe deserialize destroy detach detect determine diff disable
    discard disconnect discover dispatch display dispose divide do download drain draw drop dump
    duplicate edit eject emit enable encode encrypt end enqueue ensure enter enumerate erase escape
    establish estimate evaluate exclude execute exit expand expect expire explain export extend
    extract fail feed fetch fill filter finalize find finish fit fix flatten flip flush focus fold
    follow force fork format forward free freeze gather generate get give grant group grow guard
    guess handle hash hide highlight ignore import include increase increment indent infer inform
    initialize inject insert inspect install interpolate intersect invalidate invert invoke issue
    iterate join jump keep kill launch lay leave limit link list listen load locate lock log login
    logout look lower lowercase mail make manage map mark mask match measure merge migrate mirror
    mix mock modify monitor mount move multiply mutate navigate need negate normalise normalize
    notify observe obtain open optimize order override pack pad paint parse partition paste patch
    pause peek perform persist pick ping place plan play plot poll pop populate post predict prepare
    prepend present preserve print probe proceed process produce promote prompt propagate protect
    provide prune publish pull purge push put query quit quote raise randomize rank reach read
    rebuild receive recognize recommend reconnect record recover recreate redirect reduce refactor
    refresh refund register reject release reload remove rename render renew reorder repair repeat
    replace reply report request require reschedule reserve reset resize resolve respond restart
    restock restore restrict resume retrieve retry return reverse revert revoke rewrite roll rotate
    round route run sample sanitize save scale scan schedule score scrape scroll search seed select
    send separate serialize serve set setup shift ship show shuffle shut shutdown sign simplify
    simulate skip sleep slice slugify solve sort spawn split spread stack start step stop store
    stream strip submit subscribe substitute subtract sum summarise summarize suspend swap sync
    synchronize tag take tear tell test throw toggle tokenize touch trace track train transfer
    transform translate transpose traverse trigger trim truncate try turn undo uninstall unify
    unlink unlock unpack unregister unsubscribe unwrap unzip update upgrade upload uppercase use
    validate verify view visit wait wake walk warm warn watch weigh wipe withdraw wrap write yield
    zip zoom
    """
)
PREPOSITIONS = _words(
    "about above after against among around as at before below between by during for from in "
    "inside into like near of off on onto over per since than through to toward towards under "
    "until up upon via with within without"
)
NO_ARTICLE_AFTER = frozenset({"by", "per", "as", "like"})
QUANTIFIERS = _words(
    "a all an and any both each either every many more most neither no nothing one other "
    "everything or several some this that these those two three what which whether"
)
DETERMINERS = QUANTIFIERS | {"the", "it", "its", "whether", "up", "them"}
UNCOUNTED = _words(
    "access content data feedback help information input json html xml yaml csv sql log markdown "
    "metadata output progress spam state storage text traffic usage ascii utf upper lower title "
    "stdin stdout stderr python"
)
PARTICIPLES = _words(
    "made found done given taken known seen gone kept sent shown built left up out"
)
ADVERBS = _words("async asynchronously sync safely quickly lazily recursively once twice again")
