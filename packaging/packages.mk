# SPDX-License-Identifier: GPL-2.0-or-later
# What is installed where, and packages of it; part of the Makefile.

libexecdir ?= $(prefix)/libexec
sysconfdir ?= /etc
private    := $(libexecdir)/vmango-tools
examples   := $(prefix)/share/doc/vmango-tools/examples

# MODE:SOURCE:TARGET
installed := \
	$(foreach p,$(filter-out vmango-lease-monitor,$(programs)),0755:$(BUILD)/$(p):$(prefix)/bin/$(p)) \
	0755:$(BUILD)/vmango-lease-monitor:$(private)/vmango-lease-monitor \
	0755:packaging/lease-monitor-hook:$(private)/lease-monitor-hook \
	$(foreach p,$(wildcard $(rooms:=/*.[1-8])),0644:$(p):$(prefix)/share/man/man$(subst .,,$(suffix $(p)))/$(notdir $(p))) \
	$(foreach t,$(wildcard packaging/templates/*),0644:$(t):$(prefix)/share/vmango-tools/$(notdir $(t))) \
	$(foreach e,$(shell find packaging/examples -type f ! -name '.*'),$(if $(shell test -x $(e) && echo x),0755,0644):$(e):$(examples)/$(e:packaging/examples/%=%))

# Settings are the administrator's: what is there stays.
settings := $(patsubst packaging/etc/%,%,$(wildcard packaging/etc/*))

# HOOK=no: for packages, which make the hook one of libvirt's when they are installed.
HOOK ?= yes
hook = $(DESTDIR)$(private)/lease-monitor-hook $(1) $(if $(DESTDIR),--root $(DESTDIR))

.PHONY: install uninstall deb rpm check-installed

install: all
	$(quiet)set -e; for file in $(installed); do \
		rest=$${file#*:}; install -D -m "$${file%%:*}" "$${rest%%:*}" "$(DESTDIR)$${rest#*:}"; done
	$(quiet)set -e; for file in $(settings); do to=$(DESTDIR)$(sysconfdir)/vmango/$$file; \
		test -e $$to || install -D -m 0644 packaging/etc/$$file $$to; done
	$(quiet)$(if $(filter yes,$(HOOK)),$(call hook,install))

# Directories go where they are empty; settings where nobody has changed them.
uninstall:
	$(quiet)! test -x $(DESTDIR)$(private)/lease-monitor-hook || $(call hook,remove)
	$(quiet)for file in $(installed); do rm -f "$(DESTDIR)$${file##*:}"; done
	$(quiet)for file in $(settings); do to=$(DESTDIR)$(sysconfdir)/vmango/$$file; \
		if cmp -s packaging/etc/$$file $$to; then rm -f $$to; fi; done
	$(quiet)for dir in $(private) $(prefix)/share/vmango-tools $(prefix)/share/doc/vmango-tools \
		$(sysconfdir)/vmango; do test ! -d $(DESTDIR)$$dir || \
		find $(DESTDIR)$$dir -depth -type d -empty -delete; done
