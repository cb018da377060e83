/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The order of a domain's elements. */
#ifndef PROVISION_PLAN_DOMAIN_ORDER_H
#define PROVISION_PLAN_DOMAIN_ORDER_H

#include <libxml/tree.h>

/*
 * Sorts the children of <domain> as libvirt itself writes them
 * (https://libvirt.org/formatdomain.html), with the comments and blanks before each;
 * elements that it does not know follow, in their own order. The order means nothing to
 * libvirt, but with libxml2 2.9 its schema accepts only some of all orders: what
 * belongs together, as <memory> and <vcpu> do, must not be mixed with other elements.
 */
void domain_order(xmlNodePtr domain);

#endif
