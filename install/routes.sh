# routes.sh: the tree under cgi-bin is the router; here it becomes rules of a
# web server. From most to least special, within each folder:
#   its programs     /api/v1/posts/ID  runs api/v1/posts with PATH_INFO /ID
#   its own root     /api/v1           runs api/v1/index, where there is one
#   all else         /api/v1/...       runs the nearest not-found program
#
# routes SYNTAX CGI SUFFIX [TARGET] prints them; SYNTAX is lighttpd, apache
# or htaccess, TARGET what stands before a program's path in what they run.
routes() {
    programs "$2" "$3" | awk -v syntax="$1" -v suffix="$3" -v target="${4-}" '
    function escaped(name) {
        gsub(/[.]/, "\\.", name)
        return name
    }
    function rule(pattern, program) {
        if (syntax == "lighttpd")
            printf "    \"^/%s$\" => \"/%s\",\n", pattern, program
        else if (syntax == "apache")
            printf "ScriptAliasMatch \"^/%s$\" \"%s/%s\"\n", \
                pattern, target, program
        else
            printf "RewriteRule \"^%s$\" \"%s/%s\" [END]\n", \
                pattern, target, program
    }
    # What may follow a path: in lighttpd the query belongs to what is matched.
    function rest(one, two) { return syntax == "lighttpd" ? one : two }
    function not_found(folder) {
        while (!(folder "/not-found" in is_program) && folder ~ /\//)
            sub(/\/[^\/]*$/, "", folder)
        if (folder "/not-found" in is_program)
            return folder "/not-found"
        return "api/v1/not-found"
    }
    {
        is_program[$0] = 1
        name = $0
        sub(/.*\//, "", name)
        folder = $0
        sub(/\/[^\/]*$/, "", folder)
        if (name != "index" && name != "not-found")
            names[folder] = names[folder] "|" escaped(name)
        for (;;) {
            if (!(folder in seen)) {
                seen[folder] = 1
                folders[++count] = folder
            }
            if (folder !~ /\//)
                break
            sub(/\/[^\/]*$/, "", folder)
        }
    }
    END {
        for (i = 2; i <= count; i++) {  # the longest first: children
            folder = folders[i]
            for (j = i; j > 1 && length(folder) > length(folders[j-1]); j--)
                folders[j] = folders[j-1]
            folders[j] = folder
        }
        for (i = 1; i <= count; i++) {
            folder = folders[i]
            path = escaped(folder)
            if (folder in names)
                rule(path "/(" substr(names[folder], 2) ")" \
                     rest("((?:[/?].*)?)", "(/.*)?"), folder "/$1" suffix "$2")
            if (folder "/index" in is_program)
                rule(path "/?" rest("((?:\\?.*)?)", ""), \
                     folder "/index" suffix rest("$1", ""))
            rule(path rest("(?:/[^?]*)?((?:\\?.*)?)", "(?:/.*)?"), \
                 not_found(folder) suffix rest("$1", ""))
        }
    }'
}

# programs CGI SUFFIX: the programs below that folder, without their suffix.
programs() {
    (cd "$1" && find . -type f -perm -100 ! -name '*.new' ! -name '*.o') |
        sed "s|^\./||; s|$(printf '%s' "$2" | sed 's/[.]/[.]/')\$||" |
        LC_ALL=C sort
}

# prefixes CGI: the first words of all routes, parted by |.
prefixes() {
    (cd "$1" && ls -d ./*/) | sed 's|^\./||; s|/$||' | LC_ALL=C sort |
        paste -s -d '|' -
}

# render TEMPLATE: the file with each @NAME@ replaced by the variable T_NAME
# (exported; may hold several lines).
render() {
    awk '
    {
        line = $0
        out = ""
        while (match(line, /@[A-Z_]+@/)) {
            name = "T_" substr(line, RSTART + 1, RLENGTH - 2)
            if (!(name in ENVIRON)) {
                print "no value for " name > "/dev/stderr"
                exit 1
            }
            out = out substr(line, 1, RSTART - 1) ENVIRON[name]
            line = substr(line, RSTART + RLENGTH)
        }
        print out line
    }' "$here/install/$1"
}
