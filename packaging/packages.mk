# SPDX-License-Identifier: GPL-2.0-or-later
# What is installed where, and packages of it; part of the Makefile.

libexecdir ?= $(prefix)/libexec
sysconfdir ?= /etc
private    := $(libexecdir)/vmango-tools
docs       := $(prefix)/share/doc/vmango-tools
bash_completions ?= $(prefix)/share/bash-completion/completions
# Where zsh looks; Debian's own packages have them in vendor-completions.
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
	$(foreach e,$(shell find packaging/examples -type f ! -name '.*'),$(if $(shell test -x $(e) && echo x),0755,0644):$(e):$(docs)/$(e:packaging/%=%))

# Settings are the administrator's: what is there stays.
settings := $(patsubst packaging/etc/%,%,$(wildcard packaging/etc/*))

# HOOK=no: for packages, which make the hook one of libvirt's when they are installed.
HOOK ?= yes
hook = $(DESTDIR)$(private)/lease-monitor-hook $(1) $(if $(DESTDIR),--root $(DESTDIR))

.PHONY: install uninstall deb rpm check-installed

# The link is for the examples, which name templates as they lie here.
install: all
	$(quiet)set -e; for file in $(installed); do \
		rest=$${file#*:}; install -D -m "$${file%%:*}" "$${rest%%:*}" "$(DESTDIR)$${rest#*:}"; done
	$(quiet)ln -sfnr $(DESTDIR)$(prefix)/share/vmango-tools $(DESTDIR)$(docs)/templates
	$(quiet)set -e; for file in $(settings); do to=$(DESTDIR)$(sysconfdir)/vmango/$$file; \
		test -e $$to || install -D -m 0644 packaging/etc/$$file $$to; done
	$(quiet)$(if $(filter yes,$(HOOK)),$(call hook,install))

# Directories go where they are empty; settings where nobody has changed them.
uninstall:
	$(quiet)! test -x $(DESTDIR)$(private)/lease-monitor-hook || $(call hook,remove)
	$(quiet)for file in $(installed); do rm -f "$(DESTDIR)$${file##*:}"; done
	$(quiet)rm -f $(DESTDIR)$(docs)/templates
	$(quiet)for file in $(settings); do to=$(DESTDIR)$(sysconfdir)/vmango/$$file; \
		if cmp -s packaging/etc/$$file $$to; then rm -f $$to; fi; done
	$(quiet)for dir in $(private) $(prefix)/share/vmango-tools $(docs) \
		$(sysconfdir)/vmango; do test ! -d $(DESTDIR)$$dir || \
		find $(DESTDIR)$$dir -depth -type d -empty -delete; done

# Packages are built from a copy of the tree: its files as they are, without what git ignores.
source   := vmango-tools-$(VERSION)
when      = $(shell git log -1 --format=%ct 2>/dev/null || date +%s)
copy_tree = rm -rf $(1) && mkdir -p $(1) && \
	{ git ls-files -z --cached --others --exclude-standard 2>/dev/null || \
	  find . -name '$(BUILD)' -prune -o -type f -print0; } | \
	tar -c --null --ignore-failed-read --files-from=- 2>/dev/null | tar -x -C $(1)
fill_in   = sed -e 's/@VERSION@/$(VERSION)/g' -e "s/@DATE@/$$(LC_ALL=C date -u -d @$(when) $(1))/g"

# DEB_BUILD_OPTIONS=nocheck leaves out the unit tests.
deb:
	$(quiet)$(call copy_tree,$(BUILD)/packages/deb/$(source))
	$(quiet)cp -r packaging/debian $(BUILD)/packages/deb/$(source)/debian
	$(quiet)cd $(BUILD)/packages/deb/$(source) && rm debian/changelog.in && \
		$(call fill_in,-R) packaging/debian/changelog.in >debian/changelog
	cd $(BUILD)/packages/deb/$(source) && env -u MAKEFLAGS -u MAKELEVEL -u BUILD -u CFLAGS -u LDFLAGS \
		DEB_BUILD_OPTIONS="$${DEB_BUILD_OPTIONS-} parallel=$$(nproc)" \
		dpkg-buildpackage --build=binary --no-sign
	$(quiet)mv $(BUILD)/packages/deb/vmango-tools*_$(VERSION)_* $(BUILD)/
