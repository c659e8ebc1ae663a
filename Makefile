# Crier: adding a program or a library file is adding a file; nothing here
# lists sources.
#   make                the release build, under build/release: endpoints that
#                       link no libcurl load no library at all
#   make TEST=1         with the test clock and the crash test's points
#   make ASAN=1         as TEST=1, with AddressSanitizer and UBSan
#   make STATIC=0       all of them load libc, under build/release-dynamic
#   make BREAK_ARM=1    as TEST=1, without the step that the crash test needs
#   make FUZZ=1         the programs of tests/fuzz, by clang, with both
#   make CC=clang       another compiler

PREFIX   ?= /usr/local/crier
KIND     := $(if $(FUZZ),fuzz,$(if $(ASAN),asan,$(if \
            $(BREAK_ARM),broken,$(if $(TEST),test,release)))$(if \
            $(filter 0,$(STATIC)),-dynamic))
BUILD    ?= build/$(KIND)

CC       := $(if $(FUZZ),clang,$(CC))
CFLAGS   ?= $(if $(FUZZ),-O1 -g1,-O2 -g)
WARNINGS := -Wall -Wextra -Wshadow -Werror -Wno-missing-field-initializers
DEFINES  := -D_GNU_SOURCE -DCRIER_PREFIX='"$(PREFIX)"' \
            $(if $(TEST)$(ASAN)$(BREAK_ARM),-DCRIER_TEST) \
            $(if $(BREAK_ARM),-DCRIER_BREAK_ARM) \
            $(if $(ASAN)$(FUZZ),-DCRIER_EXACT_MEMORY)
HARDEN   := $(if $(ASAN)$(FUZZ),,-D_FORTIFY_SOURCE=2) \
            -fstack-protector-strong -fPIE
comma    := ,
SANITIZE := $(if $(ASAN)$(FUZZ),-fsanitize=address$(comma)undefined \
            -fno-sanitize-recover=all -fno-omit-frame-pointer) \
            $(if $(FUZZ),-fsanitize=fuzzer-no-link -D__SANITIZE_ADDRESS__)

COMPILE  := $(CC) -std=c11 $(CFLAGS) $(WARNINGS) $(DEFINES) $(HARDEN) \
            $(SANITIZE) -Ilib -I$(BUILD) -MMD -MP -ffunction-sections
LINK     := $(CC) -pie $(SANITIZE) $(LDFLAGS) -Wl,--gc-sections \
            -Wl,--as-needed -Wl,-z,relro

# (libFuzzer itself calls log(), which arithmetic.c has not.)
LIBRARY  := $(patsubst %.c,$(BUILD)/%.o,$(filter-out $(if \
            $(FUZZ),lib/data/arithmetic.c),$(shell find lib -name '*.c' \
            | sort)))
PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(shell find cgi-bin cron -name '*.c' \
            | sort))
UNITS    := $(patsubst %.c,$(BUILD)/%,$(shell find tests/unit -name '*.c' \
            | sort))

# Of SQLite and the small libraries a program takes what it calls into itself,
# where their archives are installed: four fewer to load at each request, and
# with arithmetic.c libm as well. make SHARED=1 leaves them outside.
archive   = $(if $(SHARED)$(ASAN)$(FUZZ),,$(filter /%,$(shell \
            $(CC) -print-file-name=lib$(1).a)))
SQLITE   := $(call archive,sqlite3)
LIBS     := $(if $(SQLITE),-Wl$(comma)-u$(comma)acos $(SQLITE) -lm,-lsqlite3) \
            $(foreach name,sodium b64 utf8proc,$(or $(call \
            archive,$(name)),-l$(name))) -lpsl -lcurl

# Where a program of cgi-bin has found no libcurl to call, it is linked again
# with all it calls inside, and starts without ld.so: an eighth of what a read
# costs beyond an empty program. What glibc warns of there, names of hosts,
# users and character sets, no such program asks for; ld warns of SQLite's
# dlopen(), which is never called: extensions are off. Where an archive is
# absent, or this C library cannot do it, the program stays as it was. The
# other builds stay dynamic: tests make calls of the C library fail.
STATIC   ?= $(if $(TEST)$(ASAN)$(BREAK_ARM)$(FUZZ)$(SHARED),0,1)
whole    := $(if $(filter 0,$(STATIC)),,$(and $(call archive,c),$(call \
            archive,sqlite3),$(call archive,sodium),$(call \
            archive,b64),$(call archive,utf8proc)))
unload    = $(if $(whole),ldd $(1) | grep -q libcurl || ! $(subst -pie,\
            -static-pie -Wl$(comma)--no-warnings,$(LINK)) -o $(1).whole $(2) \
            $(filter-out -lpsl -lcurl,$(LIBS)) -lm || mv $(1).whole $(1))

all: $(if $(FUZZ),fuzzers,$(PROGRAMS) $(BUILD)/openapi.json)

# Each program takes from the archive only what it calls, and from LIBS only
# what is then left to find: a program that talks to no network links no
# libcurl (tests/check/links.sh).
$(BUILD)/crier.a: $(LIBRARY)
	@rm -f $@
	$(AR) rcs $@ $^

$(PROGRAMS): $(BUILD)/%: $(BUILD)/%.o $(BUILD)/crier.a
	$(LINK) -o $@ $^ $(LIBS)
	$(if $(filter cgi-bin/%,$*),$(call unload,$@,$^))

# crier-admin carries the schema and the steps to it.
SCHEMA := schema.sql $(sort $(wildcard migrations/*.sql))
$(BUILD)/schema.inc: $(SCHEMA) lib/data/embed.sh
	@mkdir -p $(@D)
	sh lib/data/embed.sh $(SCHEMA) > $@.new
	mv $@.new $@
$(BUILD)/lib/data/migrate.o: $(BUILD)/schema.inc

units: $(UNITS)
$(UNITS): $(BUILD)/%: $(BUILD)/%.o $(BUILD)/crier.a
	$(LINK) -o $@ $^ $(LIBS) -lcmocka

# A program of tests/fuzz runs in one process what strangers send in many, so
# the networks that code asks are the program's own (http_send), sleep() is
# over at once, and the main() of each endpoint is program_ and its path.
FUZZERS  := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/fuzz/*.c)))
SERVED   := $(patsubst %.c,$(BUILD)/%.o,$(shell find cgi-bin -name '*.c' \
            | sort))

fuzzers: $(FUZZERS)
$(FUZZERS): $(BUILD)/%: $(BUILD)/%.o $(BUILD)/crier.a
	$(CC) -pie $(SANITIZE) -fsanitize=fuzzer -Wl,--wrap=http_send \
	    -Wl,--wrap=sleep $(WRAP) -o $@ $(filter %.o,$^) $(BUILD)/crier.a \
	    $(LIBS)
$(BUILD)/tests/fuzz/endpoint: $(SERVED)
$(BUILD)/tests/fuzz/endpoint: \
    WRAP = -Wl,--wrap=__sanitizer_cov_8bit_counters_init
$(BUILD)/tests/fuzz/endpoint.o: $(BUILD)/programs.inc
$(BUILD)/programs.inc: $(SERVED) tests/fuzz/programs.sh
	@mkdir -p $(@D)
	sh tests/fuzz/programs.sh > $@.new
	mv $@.new $@
ifneq ($(FUZZ),)
served    = $(patsubst $(BUILD)/cgi-bin/%.o,%,$(1))
$(SERVED): NAMED = -Dmain=program_$(subst -,_,$(subst .,_,$(subst \
    /,_,$(call served,$@))))
endif

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(COMPILE) $(NAMED) -c -o $@ $<

# Every endpoint says what it answers; the parts are one document.
ENDPOINTS := $(filter $(BUILD)/cgi-bin/%,$(PROGRAMS))
$(BUILD)/openapi.json: $(ENDPOINTS) lib/web/openapi.sh
	@mkdir -p $(@D)
	sh lib/web/openapi.sh $(BUILD)/cgi-bin > $@.new
	mv $@.new $@

clean:
	rm -rf build

.PHONY: all units fuzzers clean
.SECONDARY:
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
