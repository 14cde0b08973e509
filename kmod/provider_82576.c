// SPDX-License-Identifier: GPL-2.0-only
/*
 * Intel 82576 with the igb driver. igb has no ndo_get_vf_stats, but the PF
 * can read the counters of each of its VFs.
 *
 * Register offsets: Intel 82576 datasheet, "Statistics Register Descriptions"
 * (per-VF counters), and the same registers as a VF sees them in
 * drivers/net/ethernet/intel/igbvf/regs.h. All are 32 bits wide, are not
 * cleared by reading, and wrap.
 */
#include <linux/bits.h>
#include <linux/io.h>
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/pm_runtime.h>
#include <linux/string.h>

#include "compat.h"
#include "guest.h"
#include "pf.h"
#include "provider.h"
#include "uapi/linux/vfctl.h"

#define IGB_VF_COUNTERS		0x10000	/* in BAR 0 */
#define IGB_VF_COUNTERS_STRIDE	0x100
#define IGB_MAX_VFS		8

static const u16 igb_vf_registers[VFCTL_CNT_MAX] = {
	[VFCTL_CNT_RX_PACKETS] = 0x10,		/* VFGPRC */
	[VFCTL_CNT_TX_PACKETS] = 0x14,		/* VFGPTC */
	[VFCTL_CNT_RX_BYTES] = 0x18,		/* VFGORC */
	[VFCTL_CNT_TX_BYTES] = 0x34,		/* VFGOTC */
	[VFCTL_CNT_RX_MULTICAST] = 0x3c,	/* VFMPRC */
	[VFCTL_CNT_RX_LB_PACKETS] = 0x40,	/* VFGPRLBC */
	[VFCTL_CNT_TX_LB_PACKETS] = 0x44,	/* VFGPTLBC */
	[VFCTL_CNT_RX_LB_BYTES] = 0x48,		/* VFGORLBC */
	[VFCTL_CNT_TX_LB_BYTES] = 0x50,		/* VFGOTLBC */
};

/* igb_hw.h: E1000_DEV_ID_82576*; i350 and others of igb have other counters. */
static const u16 igb_82576_ids[] = {
	0x10c9, 0x10e6, 0x10e7, 0x10e8, 0x1526, 0x150a, 0x1518, 0x150d,
};

static bool igb_82576_match(const struct net_device *dev)
{
	const struct pci_dev *pdev;
	unsigned int i;

	if (!dev_is_pci(dev->dev.parent) ||
	    strcmp(dev_driver_string(dev->dev.parent), "igb"))
		return false;

	pdev = to_pci_dev(dev->dev.parent);
	if (pdev->vendor != PCI_VENDOR_ID_INTEL)
		return false;
	for (i = 0; i < ARRAY_SIZE(igb_82576_ids); i++)
		if (pdev->device == igb_82576_ids[i])
			return true;

	return false;
}

static int igb_82576_attach(struct vfctl_pf *pf, struct netlink_ext_ack *extack)
{
	struct pci_dev *pdev = to_pci_dev(pf->parent);
	unsigned long size = IGB_MAX_VFS * IGB_VF_COUNTERS_STRIDE;

	if (pci_resource_len(pdev, 0) < IGB_VF_COUNTERS + size) {
		NL_SET_ERR_MSG_FMT(extack, "%s: BAR 0 has no VF counters",
				   pci_name(pdev));
		return -ENODEV;
	}

	pf->provider_priv = (void __force *)
		ioremap(pci_resource_start(pdev, 0) + IGB_VF_COUNTERS, size);
	if (!pf->provider_priv) {
		NL_SET_ERR_MSG_FMT(extack, "%s: cannot map the VF counters",
				   pci_name(pdev));
		return -ENOMEM;
	}

	return 0;
}

static void igb_82576_detach(struct vfctl_pf *pf)
{
	iounmap((void __iomem __force *)pf->provider_priv);
	pf->provider_priv = NULL;
}

static u32 igb_82576_counters(struct vfctl_pf *pf)
{
	u32 mask = 0;
	int i;

	for (i = 0; i < VFCTL_CNT_MAX; i++)
		if (igb_vf_registers[i])
			mask |= BIT(i);

	return mask;
}

static int igb_82576_read(struct vfctl_pf *pf, unsigned int vf,
			  struct vfctl_reading *r,
			  struct netlink_ext_ack *extack)
{
	void __iomem *regs = (void __iomem __force *)pf->provider_priv;
	struct pci_dev *pdev = to_pci_dev(pf->parent);
	int awake, i;

	if (vf >= IGB_MAX_VFS || pci_channel_offline(pdev) ||
	    !netif_device_present(pf->dev))
		return -ENODEV;

	/* Reading a device in D3 is an error on the bus, not only all-ones. */
	awake = vfctl_pm_get_if_active(&pdev->dev);
	if (!awake)
		return -EAGAIN;

	for (i = 0; i < VFCTL_CNT_MAX; i++)
		if (igb_vf_registers[i])
			r->raw[i] = readl(regs + vf * IGB_VF_COUNTERS_STRIDE +
					  igb_vf_registers[i]);
	/* Without asking whether it is idle: that would start its timer anew. */
	if (awake > 0)
		pm_runtime_put_noidle(&pdev->dev);

	r->present = pf->counters;
	return 0;
}

static u32 igb_82576_caps(struct vfctl_pf *pf)
{
	u32 caps = vfctl_ndo_caps(pf);

	return vfctl_guest_can() ? caps | VFCTL_CAP_GUEST_SOFT : caps;
}

const struct vfctl_provider vfctl_provider_82576 = {
	.name = "82576",
	.counter_width = 32,
	/*
	 * The switch between VFs is bounded by PCIe, 4 lanes of 2.5 GT/s
	 * with 8b/10b: 8 Gbit/s beside the link's 1.
	 */
	.headroom = 9,
	.max_mbit = 1000,
	.match = igb_82576_match,
	.attach = igb_82576_attach,
	.detach = igb_82576_detach,
	.caps = igb_82576_caps,
	.counters = igb_82576_counters,
	.read = igb_82576_read,
	.get_config = vfctl_ndo_get_config,
	.set_rate = vfctl_ndo_set_rate,
	.forgets = vfctl_ndo_forgets,
	.get_soft = vfctl_guest_get_soft,
	.set_soft = vfctl_guest_set_soft,
};
