// SPDX-License-Identifier: GPL-2.0
/*
 * GPIO lines with edge interrupts. An output keeps its level when its consumer
 * is gone, as on most chips.
 */
#include <linux/gpio/driver.h>
#include <linux/irq.h>
#include <linux/irqdomain.h>
#include <linux/module.h>

#include "rig.h"

static DEFINE_RAW_SPINLOCK(lock);	/* the three below */
static u64 input_levels;
static u64 output_levels;
static u64 outputs;
static struct irq_domain *domain;
static unsigned long enabled;	/* interrupts, by line */
static u8 edges[RIG_LINES];

void rig_gpio_tell(void)
{
	struct rig_request notice = { .kind = RIG_GPIO };
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	notice.gpio.levels = output_levels;
	notice.gpio.outputs = outputs;
	raw_spin_unlock_irqrestore(&lock, flags);
	rig_tell(&notice);
}

void rig_gpio_set_inputs(const struct rig_levels *inputs)
{
	u64 before, now;
	unsigned long flags;
	int line;

	raw_spin_lock_irqsave(&lock, flags);
	before = input_levels;
	now = (before & ~inputs->mask) | (inputs->levels & inputs->mask);
	input_levels = now;
	raw_spin_unlock_irqrestore(&lock, flags);

	for (line = 0; line < RIG_LINES; line++) {
		u64 bit = BIT_ULL(line);
		u8 edge = now & bit ? IRQ_TYPE_EDGE_RISING :
				      IRQ_TYPE_EDGE_FALLING;
		unsigned int irq;

		if (!((before ^ now) & bit) || !test_bit(line, &enabled) ||
		    !(edges[line] & edge))
			continue;
		irq = irq_find_mapping(domain, line);
		if (!irq)
			continue;
		local_irq_save(flags);
		generic_handle_irq(irq);
		local_irq_restore(flags);
	}
}

static int line_get(struct gpio_chip *chip, unsigned int line)
{
	u64 bit = BIT_ULL(line);

	return !!((outputs & bit ? output_levels : input_levels) & bit);
}

static void lines_set(struct gpio_chip *chip, unsigned long *mask,
		      unsigned long *levels)
{
	unsigned long flags;
	u64 before, now;

	raw_spin_lock_irqsave(&lock, flags);
	before = output_levels;
	now = (before & ~(u64)*mask) | (*levels & *mask);
	output_levels = now;
	raw_spin_unlock_irqrestore(&lock, flags);
	if (before != now)
		rig_gpio_tell();
}

static void line_set(struct gpio_chip *chip, unsigned int line, int level)
{
	unsigned long mask = BIT(line), levels = level ? mask : 0;

	lines_set(chip, &mask, &levels);
}

static int line_input(struct gpio_chip *chip, unsigned int line)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	outputs &= ~BIT_ULL(line);
	raw_spin_unlock_irqrestore(&lock, flags);
	rig_gpio_tell();
	return 0;
}

static int line_output(struct gpio_chip *chip, unsigned int line, int level)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	outputs |= BIT_ULL(line);
	if (level)
		output_levels |= BIT_ULL(line);
	else
		output_levels &= ~BIT_ULL(line);
	raw_spin_unlock_irqrestore(&lock, flags);
	rig_gpio_tell();
	return 0;
}

static int line_direction(struct gpio_chip *chip, unsigned int line)
{
	return outputs & BIT_ULL(line) ? GPIO_LINE_DIRECTION_OUT :
					 GPIO_LINE_DIRECTION_IN;
}

static int line_to_irq(struct gpio_chip *chip, unsigned int line)
{
	return irq_create_mapping(domain, line);
}

/* Reference board RB1. */
static const char *const names[RIG_LINES] = {
	"K1", "K2", "K_SCHUKO", "CP_DISC", "RCD1_TEST", "RCD2_TEST",
	"WD_KICK", "NFC_RST", "RCD1_X6", "RCD1_X30", "RCD1_ERR", "RCD2_X30",
	"K1_AUX", "K2_AUX", "KS_AUX", "LOAD_L1", "LOAD_L2", "LOAD_L3",
	"LOAD_SCHUKO", "PE_OK", "POWER_FAIL", "NFC_IRQ", "BUTTON", "TAMPER",
	"RELAY_SUPPLY_OK", "PLUG_SCHUKO",
};

static struct gpio_chip chip = {
	.label = "rb1",
	.owner = THIS_MODULE,
	.get = line_get,
	.set = line_set,
	.set_multiple = lines_set,
	.direction_input = line_input,
	.direction_output = line_output,
	.get_direction = line_direction,
	.to_irq = line_to_irq,
	.base = -1,
	.ngpio = RIG_LINES,
	.names = names,
};

static void irq_mask(struct irq_data *data)
{
	clear_bit(data->hwirq, &enabled);
}

static void irq_unmask(struct irq_data *data)
{
	set_bit(data->hwirq, &enabled);
}

static int irq_edges(struct irq_data *data, unsigned int type)
{
	edges[data->hwirq] = type;
	return 0;
}

static struct irq_chip interrupts = {
	.name = "rig",
	.irq_mask = irq_mask,
	.irq_unmask = irq_unmask,
	.irq_set_type = irq_edges,
};

static int map_irq(struct irq_domain *mapped, unsigned int irq,
		   irq_hw_number_t line)
{
	irq_set_chip(irq, &interrupts);
	irq_set_handler(irq, handle_simple_irq);
	irq_modify_status(irq, IRQ_NOREQUEST | IRQ_NOAUTOEN, IRQ_NOPROBE);
	return 0;
}

static const struct irq_domain_ops domain_operations = { .map = map_irq };

int rig_gpio_add(struct platform_device *board)
{
	int status;

	domain = irq_domain_create_linear(NULL, RIG_LINES, &domain_operations,
					  NULL);
	if (!domain)
		return -ENOMEM;
	chip.parent = &board->dev;
	status = gpiochip_add_data(&chip, NULL);
	if (status)
		irq_domain_remove(domain);
	return status;
}

void rig_gpio_remove(void)
{
	int line;

	gpiochip_remove(&chip);
	for (line = 0; line < RIG_LINES; line++)
		irq_dispose_mapping(irq_find_mapping(domain, line));
	irq_domain_remove(domain);
}
