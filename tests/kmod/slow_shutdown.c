// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device that takes half a second to shut down. The kernel shuts devices down
 * in the order in which they came, the last one first: what came after this one
 * is off by then, and who still uses it has time to show that.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/platform_device.h>

static void slow_shutdown_shutdown(struct platform_device *pdev)
{
	msleep(500);
}

static struct platform_driver slow_shutdown_driver = {
	.shutdown = slow_shutdown_shutdown,
	.driver = {
		.name = "slow_shutdown",
	},
};

static struct platform_device *slow_shutdown_device;

static int __init slow_shutdown_init(void)
{
	int err = platform_driver_register(&slow_shutdown_driver);

	if (err)
		return err;

	slow_shutdown_device =
		platform_device_register_simple("slow_shutdown", -1, NULL, 0);
	if (!IS_ERR(slow_shutdown_device))
		return 0;

	platform_driver_unregister(&slow_shutdown_driver);
	return PTR_ERR(slow_shutdown_device);
}

static void __exit slow_shutdown_exit(void)
{
	platform_device_unregister(slow_shutdown_device);
	platform_driver_unregister(&slow_shutdown_driver);
}

module_init(slow_shutdown_init);
module_exit(slow_shutdown_exit);

MODULE_DESCRIPTION("A device that takes its time to shut down");
MODULE_AUTHOR("The vfctl developers");
MODULE_LICENSE("GPL");
