# host.sh: Crier on a real host, as root for the whole machine or without
# root in a home directory; removing it; and the archive for hosts that have
# no compiler.

do_install() {
    list_changes=yes
    host_choose
    step "installing to $prefix, of user $owner, behind $server"
    if [ "$(id -u)" = 0 ]; then
        if [ -d "$here/programs" ]; then
            need base run cron "$server"
        else
            need base build cron "$server"
        fi
    fi
    built
    host_libraries
    step 'programs, pages, settings, database'
    lay_instance
    step "what $server needs to know"
    host_server
    step 'a tick each minute, the collector each five, the janitor each night'
    host_crontab
    if [ -s "$scratch/changes" ]; then
        host_tell
    else
        say 'all of it was in place: nothing has changed'
    fi
}

# host_choose: what was not said on the command line.
host_choose() {
    if [ -z "$prefix" ]; then
        prefix=/usr/local/crier
        if [ "$(id -u)" != 0 ]; then prefix=$HOME/crier; fi
    fi
    conf=$prefix/etc/crier.conf
    if [ -z "$server" ]; then
        server=lighttpd
        if have apache2 || have httpd || [ "$(id -u)" != 0 ]; then
            server=apache
        fi
    fi
    case $server in
    apache | lighttpd) ;;
    *) fail "--server $server: apache or lighttpd" ;;
    esac
    # Its own virtual host needs root; without, or for a document root that a
    # host serves already, Apache is told by .htaccess.
    htaccess=
    if [ "$server" = apache ] && { [ -n "$docroot" ] ||
        [ "$(id -u)" != 0 ]; }; then
        htaccess=yes
    fi
    if [ -z "$docroot" ] && [ -f "$conf" ]; then
        docroot=$(conf_get site_dir)
        docroot=${docroot%/site}
    elif [ -z "$docroot" ] && [ -n "$htaccess" ] &&
        [ -d "$HOME/public_html" ]; then
        docroot=$HOME/public_html
    fi
    instance_names
    if [ -z "$owner" ] && [ -d "$data" ]; then
        owner=$(stat -c %U "$data")
    fi
    pick_owner
    id "$owner" >/dev/null 2>&1 || fail "--user $owner: no such user"
    plain_path "$prefix$docroot"
    if [ -z "$base_url" ] && [ ! -f "$conf" ]; then
        base_url=http://$(hostname -f 2>/dev/null || uname -n)
        say "no --base-url given: taking $base_url; run this again with" \
            'another and it is changed'
    fi
}

# host_libraries: a bundle's programs use the host's libraries; where one is
# missing, those that came along.
host_libraries() {
    if programs_start ''; then return; fi
    if [ -d "$here/lib" ] && programs_start "$here/lib"; then
        folder "$prefix" 755
        folder "$prefix/lib" 755
        for file in "$here"/lib/*; do
            put "$file" "$prefix/lib/$(basename "$file")" 644
        done
        return
    fi
    "$build/cron/publisher" --help >/dev/null || :
    fail 'the programs do not start on this host'
}

programs_start() {
    for program in "$build/cron/publisher" "$build/cron/admin"; do
        LD_LIBRARY_PATH=$1 "$program" --help >/dev/null 2>&1 || return 1
    done
}

# host_server: the web server's configuration, into our own folder; into the
# document root only where Apache is to read it there.
host_server() {
    host=$(conf_get base_url | sed 's|^[a-z]*://||; s|[:/].*||')
    case $server in
    lighttpd)
        {
            echo 'server.modules += ( "mod_access", "mod_alias",'
            echo '    "mod_rewrite", "mod_setenv", "mod_cgi" )'
            echo "\$HTTP[\"host\"] =~ \"^$(echo "$host" |
                sed 's/[.]/\\./g')(?::[0-9]+)?\$\" {"
            server_config lighttpd
            echo '}'
        } | put_text "$prefix/etc/lighttpd-site.conf" 644 ;;
    apache)
        {
            echo '<VirtualHost *:80>'
            echo "ServerName $host"
            server_config apache
            echo '</VirtualHost>'
        } | put_text "$prefix/etc/apache-site.conf" 644
        if [ -n "$htaccess" ]; then host_htaccess; fi ;;
    esac
}

# host_htaccess: doors to the programs, and two .htaccess files. What else the
# document root's own .htaccess says stays as it is.
host_htaccess() {
    doors=$docroot/crier
    folder "$doors" 755
    programs "$cgi" "$suffix" > "$scratch/doors"
    while read -r program; do
        folder "$(dirname "$doors/$program")" 755
        door "$cgi/$program$suffix" fixed > "$scratch/door"
        put "$scratch/door" "$doors/$program$suffix" 755
    done < "$scratch/doors"
    (cd "$doors" && find . -type f ! -name .htaccess) | sed 's|^\./||' |
    while read -r program; do
        if ! sed "s|\$|$suffix|" "$scratch/doors" | grep -Fqx "$program"; then
            rm -f "$doors/$program"
        fi
    done
    T_FILES='[^.].*'
    if [ -n "$suffix" ]; then T_FILES=".*\\$suffix"; fi
    export T_FILES
    render htaccess-doors.in > "$scratch/block"
    put "$scratch/block" "$doors/.htaccess" 644
    render htaccess-site.in > "$scratch/block"
    put "$scratch/block" "$docroot/site/.htaccess" 644
    # A host that runs programs as their owner (suexec) wants them his.
    case $(id -u)-$owner in
    0-www-data | 0-apache | 0-lighttpd | 0-http | 0-nobody) ;;
    0-*) chown -R "$owner" "$doors" ;;
    esac
    host_path=$(conf_get base_url | sed 's|^[a-z]*://[^/]*||')
    T_BASE=$host_path/
    T_ROUTES=$(routes htaccess "$cgi" "$suffix" crier)
    export T_BASE T_ROUTES
    {
        render htaccess.in
        if [ -f "$docroot/.htaccess" ]; then host_others; fi
    } > "$scratch/block"
    put "$scratch/block" "$docroot/.htaccess" 644
}

# host_others: the document root's .htaccess without our block.
host_others() {
    sed '/^# BEGIN Crier/,/^# END Crier/d' "$docroot/.htaccess"
}

# host_crontab: as root a file in /etc/cron.d where there is that folder, else
# the user's crontab; the line is told where there is neither.
host_crontab() {
    if [ "$(id -u)" = 0 ] && [ -d /etc/cron.d ]; then
        {
            echo '# Crier publishes, keeps accounts alive, and tidies up.'
            host_cron_lines "$owner "
        } > "$scratch/cron"
        put "$scratch/cron" "$(host_cron_file)" 644
    elif have crontab; then
        host_user_crontab -l > "$scratch/cron" 2>/dev/null || :
        host_cron_lines '' | while read -r line; do
            if grep -Fqx "$line" "$scratch/cron"; then continue; fi
            echo "$line" >> "$scratch/cron"
            host_user_crontab - < "$scratch/cron"
            wrote "crontab of $owner: $line"
        done
    else
        say "there is no cron here; this must run as $owner, each minute," \
            "each five and each night: $prefix/bin/tick, $prefix/bin/collect," \
            "$prefix/bin/night"
    fi
}

# host_cron_lines WHO: the lines; WHO and a space where the file names users.
host_cron_lines() {
    echo "* * * * * $1\"$prefix/bin/tick\""
    echo "*/5 * * * * $1\"$prefix/bin/collect\""
    echo "27 3 * * * $1\"$prefix/bin/night\""
}

host_cron_file() {
    echo "/etc/cron.d/crier$(echo "${prefix#/usr/local/crier}" |
        tr -c 'A-Za-z0-9\n' '-')"
}

host_user_crontab() {
    if [ "$(id -u)" = 0 ]; then
        crontab -u "$owner" "$@"
    else
        crontab "$@"
    fi
}

host_tell() {
    cat <<END

Installed. What is left to you:
END
    if [ -n "$htaccess" ]; then
        cat <<END
  - $docroot/.htaccess serves Crier where Apache's AllowOverride is All.
END
    fi
    if [ "$(id -u)" = 0 ] || [ "$server" = lighttpd ]; then
        echo "  - Tell $server${htaccess:+, if .htaccess is not to do it}:"
        host_tell_server | sed 's/^/      /'
    fi
    cat <<END
  - Add yourself, a key and an account (README tells more):
      $prefix/bin/crier-admin user add you@example.org
      $prefix/bin/crier-admin key add --user you@example.org \\
          --name first --scopes all
      $prefix/bin/crier-admin account add site --user you@example.org \\
          --handle you
  - See whether all is well: $prefix/bin/crier-admin doctor
END
}

host_tell_server() {
    know_system
    case $server-$system in
    apache-debian)
        cat <<END
a2enmod -q cgi headers
ln -s $prefix/etc/apache-site.conf /etc/apache2/sites-enabled/crier.conf
systemctl enable --now apache2; systemctl reload apache2
END
        ;;
    apache-fedora)
        cat <<END
ln -s $prefix/etc/apache-site.conf /etc/httpd/conf.d/crier.conf
systemctl enable --now httpd; systemctl reload httpd
END
        ;;
    lighttpd-debian)
        cat <<END
ln -s $prefix/etc/lighttpd-site.conf /etc/lighttpd/conf-enabled/90-crier.conf
systemctl enable --now lighttpd; systemctl restart lighttpd
END
        ;;
    *)
        echo "include $prefix/etc/$server-site.conf in its configuration," \
            'and restart it' ;;
    esac
}

# do_uninstall: programs, pages, doors and the crontab's lines go; data,
# crier.conf and the published feeds stay.
do_uninstall() {
    list_changes=yes
    host_choose
    [ -x "$prefix/libexec/publisher" ] || fail "nothing is installed in $prefix"
    step "removing Crier from $prefix"
    if [ "$(id -u)" = 0 ]; then rm -f "$(host_cron_file)"; fi
    if have crontab && host_user_crontab -l > "$scratch/cron" 2>/dev/null &&
        grep -Fq "\"$prefix/bin/" "$scratch/cron"; then
        grep -Fv "\"$prefix/bin/tick\"" "$scratch/cron" |
            grep -Fv "\"$prefix/bin/collect\"" |
            grep -Fv "\"$prefix/bin/night\"" > "$scratch/rest" || :
        host_user_crontab - < "$scratch/rest"
    fi
    hold_publishers
    for part in bin libexec cgi-bin share lib log run; do
        rm -rf "${prefix:?}/$part"
    done
    rm -f "$prefix/etc/lighttpd-site.conf" "$prefix/etc/apache-site.conf"
    pages | while read -r page; do
        if is_ours "$docroot/$page"; then rm -f "$docroot/$page"; fi
    done
    rm -f "$docroot/crier-readme.txt"
    if [ -f "$docroot/crier/.htaccess" ]; then
        rm -rf "$docroot/crier"
        host_others > "$scratch/rest"
        if [ -s "$scratch/rest" ]; then
            put "$scratch/rest" "$docroot/.htaccess" 644
        else
            rm -f "$docroot/.htaccess"
        fi
    fi
    say "kept: $data, $conf and $docroot/site"
    say 'your web server may still be told of Crier: that is yours to undo'
}

# do_bundle: programs, the libraries a host may lack (all but the C library),
# and this installer, in one archive.
do_bundle() {
    built
    name=crier-$(uname -m)
    tree=$scratch/$name
    mkdir -p "$tree/programs/cron" "$tree/lib"
    for program in "$build"/cron/*; do
        [ -f "$program" ] && [ -x "$program" ] || continue
        cp "$program" "$tree/programs/cron/"
    done
    programs "$build/cgi-bin" '' | while read -r program; do
        mkdir -p "$(dirname "$tree/programs/cgi-bin/$program")"
        cp "$build/cgi-bin/$program" "$tree/programs/cgi-bin/$program"
    done
    cp "$build/openapi.json" "$tree/programs/"
    find "$tree/programs" -type f -perm -100 > "$scratch/all"
    while read -r program; do
        if have strip; then strip "$program"; fi
        ldd "$program"
    done < "$scratch/all" | sed -n 's/.* => \(\/[^ ]*\) .*/\1/p' | sort -u |
        grep -Ev '/(lib(c|m|dl|rt|pthread|resolv)\.so|ld-)' |
        while read -r file; do cp -L "$file" "$tree/lib/"; done
    for part in install.sh install schema.sql migrations htdocs README \
        LICENSE; do
        if [ -e "$here/$part" ]; then cp -R "$here/$part" "$tree/"; fi
    done
    (cd "$scratch" && tar -cf - "$name") | gzip -9 > "$name.tar.gz.new"
    mv -f "$name.tar.gz.new" "$name.tar.gz"
    step "wrote $(pwd -P)/$name.tar.gz"
    say 'on the host: tar xzf it, then ./install.sh install in its folder'
}
