/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of this module share. */
#ifndef RIG_H
#define RIG_H

#include <linux/platform_device.h>

#include "rig_wire.h"

/*
 * Sleeps until the program behind /dev/rig has answered. -ENXIO without a
 * program, -ETIMEDOUT when it does not answer in time: a bus that hangs.
 */
int rig_ask(struct rig_request *request, struct rig_answer *answer,
	    unsigned long timeout);
/* Tells it; from any context. */
void rig_tell(const struct rig_request *notice);

int rig_gpio_add(struct platform_device *board);
void rig_gpio_remove(void);
void rig_gpio_set_inputs(const struct rig_levels *inputs);
/* The present state, for a program that has just come. */
void rig_gpio_tell(void);

int rig_buses_add(struct platform_device *board);
void rig_buses_remove(void);

#endif
