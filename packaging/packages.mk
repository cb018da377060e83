# SPDX-License-Identifier: GPL-2.0-or-later
# Installation, and building packages; part of the Makefile.

libexecdir ?= $(prefix)/libexec
sysconfdir ?= /etc
private    := $(libexecdir)/vmango-tools
docs       := $(prefix)/share/doc/vmango-tools
bash_completions ?= $(prefix)/share/bash-completion/completions
# Where zsh looks for completions; Debian's own packages use vendor-completions.
zsh_completions  ?= $(prefix)/share/zsh/site-functions

# MODE:SOURCE:TARGET
installed := \
	$(foreach p,$(filter-out vmango-lease-monitor,$(programs)),0755:$(BUILD)/$(p):$(prefix)/bin/$(p)) \
	0755:$(BUILD)/vmango-lease-monitor:$(private)/vmango-lease-monitor \
	0755:packaging/lease-monitor-hook:$(private)/lease-monitor-hook \
	$(foreach p,$(wildcard $(rooms:=/*.[1-8])),0644:$(p):$(prefix)/share/man/man$(subst .,,$(suffix $(p)))/$(notdir $(p))) \
	$(foreach p,$(filter-out vmango-lease-monitor,$(programs)),0644:packaging/completion/bash:$(bash_completions)/$(p)) \
	0644:packaging/completion/zsh:$(zsh_completions)/_vmango \
	$(foreach t,$(wildcard packaging/templates/*),0644:$(t):$(prefix)/share/vmango-tools/$(notdir $(t))) \
	$(foreach d,README.md CHANGELOG.md,0644:$(d):$(docs)/$(d)) \
	$(foreach e,$(shell find packaging/examples -type f ! -name '.*'),$(if $(shell test -x $(e) && echo x),0755,0644):$(e):$(docs)/$(e:packaging/%=%))

# Settings are the administrator's: existing files stay.
settings := $(patsubst packaging/etc/%,%,$(wildcard packaging/etc/*))

# HOOK=no: for packages, which install the hook when they are configured.
HOOK ?= yes
hook = $(DESTDIR)$(private)/lease-monitor-hook $(1) $(if $(DESTDIR),--root $(DESTDIR))

.PHONY: install uninstall deb rpm check-installed

# The link is for the examples, which refer to the templates by their path here.
install: all
	$(quiet)set -e; for file in $(installed); do \
		rest=$${file#*:}; install -D -m "$${file%%:*}" "$${rest%%:*}" "$(DESTDIR)$${rest#*:}"; done
	$(quiet)ln -sfnr $(DESTDIR)$(prefix)/share/vmango-tools $(DESTDIR)$(docs)/templates
	$(quiet)set -e; for file in $(settings); do to=$(DESTDIR)$(sysconfdir)/vmango/$$file; \
		test -e $$to || install -D -m 0644 packaging/etc/$$file $$to; done
	$(quiet)$(if $(filter yes,$(HOOK)),$(call hook,install))

# Directories are removed if they are empty; settings if they were not changed.
uninstall:
	$(quiet)! test -x $(DESTDIR)$(private)/lease-monitor-hook || $(call hook,remove)
	$(quiet)for file in $(installed); do rm -f "$(DESTDIR)$${file##*:}"; done
	$(quiet)rm -f $(DESTDIR)$(docs)/templates
	$(quiet)for file in $(settings); do to=$(DESTDIR)$(sysconfdir)/vmango/$$file; \
		if cmp -s packaging/etc/$$file $$to; then rm -f $$to; fi; done
	$(quiet)for dir in $(private) $(prefix)/share/vmango-tools $(docs) \
		$(sysconfdir)/vmango; do test ! -d $(DESTDIR)$$dir || \
		find $(DESTDIR)$$dir -depth -type d -empty -delete; done

# Packages are built from a copy of the tree: its current files, without those that git ignores.
source   := vmango-tools-$(VERSION)
when      = $(shell git log -1 --format=%ct 2>/dev/null || date +%s)
copy_tree = rm -rf $(1) && mkdir -p $(1) && \
	{ git ls-files -z --cached --others --exclude-standard 2>/dev/null || \
	  find . -name '$(BUILD)' -prune -o -type f -print0; } | \
	tar -c --null --ignore-failed-read --files-from=- 2>/dev/null | tar -x -C $(1)
fill_in   = sed -e 's/@VERSION@/$(VERSION)/g' -e "s/@DATE@/$$(LC_ALL=C date -u -d @$(when) $(1))/g"

# The output of package builders is stored, and shown if they fail or V is set.
clean_env = env -u MAKEFLAGS -u MAKELEVEL -u BUILD -u CFLAGS -u LDFLAGS
logged    = $(if $(V),,>$(1) 2>&1 || { tail -n 40 $(1) >&2; exit 1; })

# DEB_BUILD_OPTIONS=nocheck leaves out the unit tests, in both.
deb_top = $(abspath $(BUILD))/packages/deb
deb:
	$(quiet)rm -rf $(deb_top)
	$(quiet)$(call copy_tree,$(deb_top)/$(source))
	$(quiet)cp -r packaging/debian $(deb_top)/$(source)/debian
	$(quiet)cd $(deb_top)/$(source)/debian && $(call fill_in,-R) changelog.in >changelog && rm changelog.in
	$(quiet)cd $(deb_top)/$(source) && $(clean_env) \
		DEB_BUILD_OPTIONS="$${DEB_BUILD_OPTIONS-} parallel=$$(nproc)" \
		dpkg-buildpackage --build=binary --no-sign $(call logged,../log)
	$(quiet)mv $(deb_top)/vmango-tools*_$(VERSION)_* $(BUILD)/
	@ls $(BUILD)/vmango-tools_$(VERSION)_*.deb

# From a tarball, as rpmbuild requires. On Debian rpm has no package database, so build dependencies
# are not checked.
rpm_top = $(abspath $(BUILD))/packages/rpm
rpm:
	$(quiet)rm -rf $(rpm_top) && mkdir -p $(rpm_top)/SOURCES $(rpm_top)/SPECS
	$(quiet)$(call copy_tree,$(rpm_top)/$(source))
	$(quiet)tar -C $(rpm_top) -czf $(rpm_top)/SOURCES/$(source).tar.gz $(source)
	$(quiet)$(call fill_in,"+%a %b %d %Y") packaging/rpm/vmango-tools.spec.in \
		>$(rpm_top)/SPECS/vmango-tools.spec
	$(quiet)$(clean_env) rpmbuild -ba $(if $(wildcard /etc/debian_version),--nodeps) \
		$(if $(filter nocheck,$(DEB_BUILD_OPTIONS)),--nocheck) \
		--define '_topdir $(rpm_top)' $(rpm_top)/SPECS/vmango-tools.spec $(call logged,$(rpm_top)/log)
	$(quiet)cp $(rpm_top)/RPMS/*/*.rpm $(rpm_top)/SRPMS/*.rpm $(BUILD)/
	@ls $(BUILD)/vmango-tools-$(VERSION)-*.rpm

# Runs the lab's hypervisor with the package that was built here; as root.
check-installed:
	packaging/deps build test
	@mkdir -p $(BUILD)
	BUILD=$(BUILD) tests/run tests/system/package.bats
