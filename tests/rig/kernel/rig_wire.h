/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * What the module and the program behind it say to each other over /dev/rig:
 * the program reads requests and writes answers.
 */
#ifndef RIG_WIRE_H
#define RIG_WIRE_H

#include <linux/ioctl.h>
#include <linux/types.h>

enum rig_kind { RIG_SPI = 1, RIG_I2C = 2, RIG_PWM = 3, RIG_GPIO = 4 };

#define RIG_LINES 32
#define RIG_MAX_DATA 512
/* Chip select goes down and up so many times in one SPI message at most, and
 * so many messages are in one I2C transfer. */
#define RIG_MAX_PARTS 64
/* In rig_part.bytes of I2C: the part is read from the chip. */
#define RIG_PART_READ 0x8000

struct rig_pwm {
	__u64 period_ns, duty_ns;
	__u32 enabled, inversed;
};

struct rig_gpio {
	__u64 levels, outputs;	/* by line */
};

struct rig_transfer {
	__u32 speed_hz, mode;
	__u16 parts, bytes;	/* bytes: of all parts */
	__u16 part[RIG_MAX_PARTS];
	__u8 data[RIG_MAX_DATA];
};

struct rig_request {
	__u32 id;		/* 0: a notice, which wants no answer */
	__u16 kind;
	__u16 select;		/* chip select, I2C address, PWM channel */
	__u64 time_ns;		/* CLOCK_MONOTONIC */
	union {
		struct rig_pwm pwm;
		struct rig_gpio gpio;
		struct rig_transfer transfer;
	};
};

struct rig_answer {
	__u32 id;
	__s32 status;		/* 0, or a negative error number */
	__u8 data[RIG_MAX_DATA];
};

struct rig_levels {
	__u64 mask, levels;
};

/* Levels of input lines; edges raise interrupts. */
#define RIG_SET_INPUTS _IOW('E', 1, struct rig_levels)

#endif
