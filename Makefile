# SPDX-License-Identifier: GPL-2.0-or-later
# make          every executable, into build/
# make demo     real guests on a hypervisor of their own, and away again (as root)
# make check    every test (as root)    make asan    those without a hypervisor, sanitised
# make fuzz     each target for FUZZ_SECONDS         make bench   figures, side by side
# make check-cloud-init                              a real Debian with cloud-init, also in check
# make lint     layout, static checks, make analyze  make install DESTDIR= prefix=
# make debug    without optimisation, build/debug/   make coverage      lines that tests run
# make compile_commands.json   for editors           make check-long    what CI has no time for
# make conformance                                   the template language against real Go
# make deb rpm  packages, into build/                make check-installed    one of them, in the lab
# make check-releases                                Debian 12, 13 and sid, in the lab

VERSION      := 0.1.0
BUILD        ?= build
prefix       ?= /usr/local
PKG_CONFIG   ?= pkg-config
OPTIMIZE     ?= -O2 -g
FUZZ_SECONDS ?= 60
WERROR       ?= $(if $(CI),1)
libvirt_min  := 5.0.0

# A program is ROOM/vmango-NAME.c; it may use the rooms that its own may know, and these
# packages. What else is in a room goes into an archive, so that only what is used is linked.
rooms           := common leases imagetool hooks provision
knows_leases    := leases common
knows_imagetool := imagetool common
knows_hooks     := hooks leases common
knows_provision := provision imagetool leases common

packages_vmango-lease-monitor := expat inih
packages_vmango-leases        := libvirt libxml-2.0 expat json-c
packages_vmango-imagetool     := libvirt libxml-2.0 json-c libarchive nettle
packages_vmango-render        := expat json-c
packages_vmango-configdrive   := json-c libisofs-1
packages_vmango-provision     := libvirt libxml-2.0 expat inih json-c libisofs-1 uuid nettle
# Headers only: these libraries are loaded when they are needed, by common/library.c.
packages_loaded := smartcols libxml-2.0
packages := $(sort $(foreach p,$(filter packages_%,$(.VARIABLES)),$($(p))))

# All that is compiled anywhere comes out of this list; a test compares it with what git has.
sources  := $(sort $(shell find $(rooms) tests -name '*.c'))
mains    := $(foreach room,$(rooms),$(filter $(room)/vmango-%,$(sources)))
programs := $(notdir $(mains:.c=))
units    := $(basename $(notdir $(wildcard tests/unit/*_test.c)))
fuzzers  := $(basename $(notdir $(wildcard tests/fuzz/*_fuzz.c)))

warnings := -Wall -Wextra -Wshadow -Wvla -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes \
	$(if $(filter 1,$(WERROR)),-Werror)
# glibc's checks want a compiler that optimizes.
hardening := $(if $(filter -O0,$(OPTIMIZE)),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2) -fstack-protector-strong \
	-fstack-clash-protection $(if $(filter x86_64,$(shell uname -m)),-fcf-protection)
# exceptions LIST,FORM: what tests/exceptions has for a check, \1 is the file and \2 what is found.
exceptions = $(shell sed -nE 's|^$(1) ([^ ]+) ([^ ]+).*|$(2)|p' tests/exceptions)
# With ANALYZE=1 each object is analysed as it is compiled, but for what is excepted.
analyzer = $(if $(ANALYZE),-fanalyzer $(patsubst $(notdir $<):%,-Wno-analyzer-%,$(filter $(notdir $<):%,$(not_analyzed))))
not_analyzed := $(if $(ANALYZE),$(call exceptions,analyzer,\1:\2))
sanitize := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer

# Asked once, and only when something is compiled: `make demo` installs the packages first.
package_cflags = $(eval package_cflags := $$(shell $(PKG_CONFIG) --cflags $(packages)))$(package_cflags)
compile = $(CC) -std=gnu17 -fPIE $(OPTIMIZE) $(warnings) $(analyzer) $(hardening) $(SANITIZE) -I. \
	-DVMANGO_VERSION='"$(VERSION)"' -DVMANGO_DATADIR='"$(prefix)/share/vmango-tools"' \
	$(package_cflags) $(CPPFLAGS) $(CFLAGS) -MMD -MP
link = $(CC) $(pie) -Wl,-z,relro,-z,now -Wl,--as-needed $(OPTIMIZE) $(SANITIZE) $(CFLAGS) $(LDFLAGS)

pie = -pie

# A hook that can't start, because a library is away in the middle of an upgrade, kills
# guests. So it takes its libraries along where the archives are installed; then it also
# starts faster. Sanitizers have no archives.
static_pie = $(eval static_pie := $$(if $$(SANITIZE),-pie,$$(shell echo 'int main(void) {}' | \
	$(CC) -x c -static-pie -o /dev/null - $$(hook_libs) 2>/dev/null && echo -static-pie || echo -pie)))$(static_pie)
hook_libs = $(shell $(PKG_CONFIG) --static --libs $(packages_vmango-lease-monitor))
$(BUILD)/vmango-lease-monitor: pie = $(static_pie)

# Half of a short run is the loading of libraries. So the renderer, which is started for each machine,
# contains expat like the hook.
static_expat = $(eval static_expat := $$(if $$(SANITIZE),,$$(shell echo 'int main(void) {}' | \
	$(CC) -x c -o /dev/null - $$(call static,-lexpat) 2>/dev/null && echo -lexpat)))$(static_expat)
$(BUILD)/vmango-render: static_libs = $(static_expat)

comma := ,
static = -Wl$(comma)-Bstatic $(1) -Wl$(comma)-Bdynamic
# libs PACKAGES: what the linker gets for them.
libs = $(foreach l,$(shell $(PKG_CONFIG) $(if $(filter -static-pie,$(pie)),--static) --libs $(1)),$(if \
	$(filter $(static_libs),$l),$(call static,$l),$l))

# V=1 shows the commands.
quiet := $(if $(V),,@)
say = $(if $(V),,@printf '  %-5s %s\n' $(1) $@)

.PHONY: all tests demo check check-fast check-cloud-init check-long check-releases asan conformance fuzz bench lint clean
.PHONY: syntax analyze sources compile_commands.json debug coverage
.DELETE_ON_ERROR:
.SECONDARY:

all: $(programs:%=$(BUILD)/%)

$(BUILD)/packages.ok: Makefile
	@mkdir -p $(@D)
	@$(PKG_CONFIG) --print-errors --exists $(packages) 'libvirt >= $(libvirt_min)' || { \
		echo "make: packages are missing or too old: packaging/deps build installs them" >&2; exit 1; }
	@touch $@

$(BUILD)/%.o: %.c $(BUILD)/packages.ok
	@mkdir -p $(@D)
	$(call say,CC)
	$(quiet)$(compile) -c -o $@ $<

# All programs but the hook have a malloc() of their own. A static program can't; there, expat
# and inih are seen to where they are called. Sanitizers replace it themselves.
malloc   := common/malloc.c
malloc_of = $(if $(SANITIZE)$(filter vmango-lease-monitor,$(1)),,$(malloc:%.c=$(BUILD)/%.o))

define room_rules
$(BUILD)/$(1).a: $(patsubst %.c,$(BUILD)/%.o,$(filter-out $(mains) $(malloc),$(filter $(1)/%,$(sources))))
	@rm -f $$@
	$$(call say,AR)
	$(quiet)$(AR) qcs $$@ $$^
endef
$(foreach room,$(rooms),$(eval $(call room_rules,$(room))))

define program_rules
$(BUILD)/$(notdir $(1)): $(BUILD)/$(1).o $(call malloc_of,$(notdir $(1))) $(patsubst %,$(BUILD)/%.a,$(knows_$(patsubst %/,%,$(dir $(1)))))
	$$(call say,LINK)
	$(quiet)$$(link) -o $$@ $$^ $$(call libs,$(packages_$(notdir $(1)))) -ldl $$(LDLIBS)
endef
$(foreach main,$(mains:.c=),$(eval $(call program_rules,$(main))))

# The hook with shared libraries, so that a test can let their allocations fail.
$(BUILD)/tests/vmango-lease-monitor: $(BUILD)/hooks/vmango-lease-monitor.o $(knows_hooks:%=$(BUILD)/%.a)
	@mkdir -p $(@D)
	$(call say,LINK)
	$(quiet)$(link) -o $@ $^ $(shell $(PKG_CONFIG) --libs $(packages_vmango-lease-monitor))

archives := $(patsubst %,$(BUILD)/%.a,hooks $(knows_provision))
all_libs = $(shell $(PKG_CONFIG) --libs $(packages)) -lpthread -ldl

$(BUILD)/tests/unit/%_test: $(BUILD)/tests/unit/%_test.o $(BUILD)/tests/unit/tap.o $(archives)
	$(call say,LINK)
	$(quiet)$(link) -o $@ $^ $(all_libs)

# The corpus of each fuzz target, replayed without a fuzzer, is a test.
$(BUILD)/tests/fuzz/%_replay: $(BUILD)/tests/fuzz/%_fuzz.o $(BUILD)/tests/fuzz/replay.o $(archives)
	$(call say,LINK)
	$(quiet)$(link) -o $@ $^ $(all_libs)

$(BUILD)/tests/fuzz/%_fuzz: $(BUILD)/tests/fuzz/%_fuzz.o $(archives)
	$(call say,LINK)
	$(quiet)$(link) -fsanitize=fuzzer -o $@ $^ $(all_libs)

$(BUILD)/tests/bench/%: $(BUILD)/tests/bench/%.o $(BUILD)/common.a
	$(link) -o $@ $^

tests: all $(BUILD)/tests/vmango-lease-monitor $(units:%=$(BUILD)/tests/unit/%) $(fuzzers:%_fuzz=$(BUILD)/tests/fuzz/%_replay)

demo:
	packaging/deps build demo
	$(MAKE) all
	tests/lab/demo

# Bats files at a time.
TEST_JOBS ?= 1

check:
	packaging/deps build test
	$(MAKE) tests
	BUILD=$(BUILD) tests/run -j $(TEST_JOBS)

check-cloud-init:
	packaging/deps build test
	$(MAKE) all
	BUILD=$(BUILD) tests/run tests/system/cloud-init.bats

# What CI has no time for: more rounds of the tests that know LONG, and the sanitizers.
check-long: asan
	packaging/deps build test
	$(MAKE) tests
	LONG=1 BUILD=$(BUILD) tests/run $$(grep -lE '\<LONG\>|^# only: make check-long$$' tests/*/*.bats)

# The whole way of a user with libvirt and QEMU of other releases, in roots that are fetched.
check-releases:
	packaging/deps build test
	$(MAKE) tests
	BUILD=$(BUILD) tests/run tests/system/releases.bats

# Without a hypervisor and without root.
check-fast: tests
	BUILD=$(BUILD) tests/run -j $(TEST_JOBS) unit fuzz cli

# Which lines of each file the tests named in COVERAGE run; the HTML is in build/coverage/html.
COVERAGE ?= unit fuzz cli
coverage:
	packaging/deps build test coverage
	$(MAKE) BUILD=$(BUILD)/coverage OPTIMIZE="-O0 -g" CFLAGS="$(CFLAGS) --coverage -fprofile-update=atomic" \
		LDFLAGS="$(LDFLAGS) --coverage" tests
	find $(BUILD)/coverage -name '*.gcda' -delete
	BUILD=$(BUILD)/coverage tests/run $(COVERAGE)
	mkdir -p $(BUILD)/coverage/html
	gcovr --root . --object-directory $(BUILD)/coverage $(foreach r,$(rooms),--filter $(r)/) \
		--html-details $(BUILD)/coverage/html/index.html --txt $(BUILD)/coverage/coverage.txt --print-summary
	cat $(BUILD)/coverage/coverage.txt

asan:
	$(MAKE) BUILD=$(BUILD)/asan SANITIZE="$(sanitize)" OPTIMIZE="-O1 -g" tests
	BUILD=$(BUILD)/asan tests/run unit fuzz cli

conformance: $(BUILD)/tests/unit/conformance_test
	BUILD=$(BUILD) tests/conformance/run

fuzz:
	$(MAKE) BUILD=$(BUILD)/fuzz CC=clang OPTIMIZE="-O1 -g" \
		SANITIZE="$(sanitize) -fsanitize=fuzzer-no-link" fuzz-binaries
	BUILD=$(BUILD)/fuzz FUZZ_SECONDS=$(FUZZ_SECONDS) tests/fuzz/run $(fuzzers)

.PHONY: fuzz-binaries
fuzz-binaries: $(fuzzers:%=$(BUILD)/tests/fuzz/%)

# Every source once more, and nothing is written: for another compiler (CC=clang), or
# another libvirt (CPPFLAGS="-include HEADER").
syntax:
	$(quiet)printf '%s\n' $(sources) | \
		xargs -P "$$(nproc)" -n 20 $(filter-out -MMD -MP,$(compile)) -fsyntax-only

# gcc looks for paths through a function on which something goes wrong, cppcheck for what looks
# wrong. What has not changed is not looked at again. In CI these objects are those that are linked
# later, so that nothing is compiled twice. cppcheck does not know statements in expressions (TAKE).
analyzed := $(filter-out tests/%,$(sources))
analyze: analyze-gcc $(BUILD)/cppcheck.ok

.PHONY: analyze-gcc analyzed-objects
analyze-gcc:
	$(quiet)$(MAKE) BUILD=$(if $(CI),$(BUILD),$(BUILD)/analyze) ANALYZE=1 analyzed-objects

analyzed-objects: $(analyzed:%.c=$(BUILD)/%.o)
	@:

$(BUILD)/cppcheck.ok: $(analyzed) $(shell find $(rooms) -name '*.h') tests/exceptions
	@mkdir -p $(BUILD)/cppcheck
	$(quiet)cppcheck -q -j $$(nproc) --cppcheck-build-dir=$(BUILD)/cppcheck --error-exitcode=1 --language=c \
		--std=c11 --library=posix,gnu --enable=warning,performance,portability,information -I. \
		-UTAKE '-DTAKE(pointer)=(pointer)' $(call exceptions,cppcheck,--suppress=\2:*/\1) $(analyzed)
	@touch $@

# What there is to compile, for tools.
sources:
	@printf '%s\n' $(sources)

# The compiler's command line for each source, for editors and tools.
json_string = "$(subst ",\",$(subst \,\\,$(1)))"
json_command = {"directory": $(call json_string,$(CURDIR)), "file": "$(1)", \
	"command": $(call json_string,$(filter-out -MMD -MP,$(compile)) -c $(1))}
compile_commands.json: $(BUILD)/packages.ok
	$(file >$@,[)
	$(foreach s,$(sources),$(file >>$@,$(call json_command,$s)$(if $(filter-out $(lastword $(sources)),$s),$(comma))))
	$(file >>$@,])
	@:

debug:
	$(MAKE) BUILD=$(BUILD)/debug OPTIMIZE="-O0 -g3" tests

bench: all $(patsubst %.c,$(BUILD)/%,$(wildcard tests/bench/*.c))
	BUILD=$(BUILD) tests/bench/run

lint:
	tests/lint

include packaging/packages.mk

clean:
	rm -rf $(BUILD) compile_commands.json

-include $(shell find $(BUILD) -path $(BUILD)/packages -prune -o -name "*.d" -type f -print 2>/dev/null)
