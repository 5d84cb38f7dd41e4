// SPDX-License-Identifier: GPL-2.0
/*
 * SPI, I2C and PWM controllers. A whole SPI message or I2C transfer is one
 * question to the program.
 */
#include <linux/i2c.h>
#include <linux/module.h>
#include <linux/pwm.h>
#include <linux/slab.h>
#include <linux/spi/spi.h>

#include "rig.h"

#define CHIP_SELECTS 3
#define I2C_BUS 1

static int spi_timeout_ms = 200;
module_param(spi_timeout_ms, int, 0644);

struct exchange {
	struct rig_request request;
	struct rig_answer answer;
};

static struct spi_controller *spi;
/* Each bus transfers one message at a time. */
static struct exchange on_spi, on_i2c;

static int gather(struct rig_request *request, struct spi_message *message)
{
	struct spi_transfer *transfer;
	bool selected = false;

	list_for_each_entry(transfer, &message->transfers, transfer_list) {
		u16 at = request->transfer.bytes;

		if (transfer->len > RIG_MAX_DATA - at)
			return -EMSGSIZE;
		if (!selected && request->transfer.parts == RIG_MAX_PARTS)
			return -EMSGSIZE;
		if (!selected)
			request->transfer.part[request->transfer.parts++] = 0;
		if (transfer->tx_buf)
			memcpy(request->transfer.data + at, transfer->tx_buf,
			       transfer->len);
		else
			memset(request->transfer.data + at, 0, transfer->len);
		request->transfer.part[request->transfer.parts - 1] +=
			transfer->len;
		request->transfer.bytes += transfer->len;
		request->transfer.speed_hz = transfer->speed_hz;
		selected = !transfer->cs_change;
	}
	return 0;
}

static void scatter(const struct rig_answer *answer,
		    struct spi_message *message)
{
	struct spi_transfer *transfer;
	u16 at = 0;

	list_for_each_entry(transfer, &message->transfers, transfer_list) {
		if (transfer->rx_buf)
			memcpy(transfer->rx_buf, answer->data + at,
			       transfer->len);
		at += transfer->len;
	}
	message->actual_length = at;
}

static int spi_message(struct spi_controller *controller,
		       struct spi_message *message)
{
	struct rig_request *request = &on_spi.request;
	int status;

	request->kind = RIG_SPI;
	request->select = message->spi->chip_select;
	request->transfer.mode = message->spi->mode;
	request->transfer.parts = 0;
	request->transfer.bytes = 0;
	status = gather(request, message);
	if (!status)
		status = rig_ask(request, &on_spi.answer,
				 msecs_to_jiffies(spi_timeout_ms));
	if (!status)
		scatter(&on_spi.answer, message);
	message->status = status;
	spi_finalize_current_message(controller);
	return status;
}

static int spi_add(struct platform_device *board)
{
	struct spi_board_info info = {
		/* A name that spidev knows. */
		.modalias = "dh2228fv",
		.max_speed_hz = 10000000,
		.mode = SPI_MODE_0,
	};
	int status, i;

	spi = spi_alloc_master(&board->dev, 0);
	if (!spi)
		return -ENOMEM;
	spi->bus_num = 0;
	spi->num_chipselect = CHIP_SELECTS;
	spi->transfer_one_message = spi_message;
	spi->mode_bits = SPI_CPOL | SPI_CPHA;
	spi->bits_per_word_mask = SPI_BPW_MASK(8);
	spi->rt = true;
	status = spi_register_controller(spi);
	if (status) {
		spi_controller_put(spi);
		return status;
	}
	for (i = 0; i < CHIP_SELECTS; i++) {
		info.chip_select = i;
		if (!spi_new_device(spi, &info)) {
			spi_unregister_controller(spi);
			return -ENODEV;
		}
	}
	return 0;
}

static int i2c_transfer_all(struct i2c_adapter *adapter,
			    struct i2c_msg *messages, int count)
{
	struct rig_request *request = &on_i2c.request;
	u16 at = 0;
	int i, status;

	if (count > RIG_MAX_PARTS)
		return -EMSGSIZE;
	request->kind = RIG_I2C;
	request->select = messages[0].addr;
	request->transfer.parts = count;
	for (i = 0; i < count; i++) {
		struct i2c_msg *message = &messages[i];

		if (message->addr != messages[0].addr)
			return -EOPNOTSUPP;
		if (message->len > RIG_MAX_DATA - at)
			return -EMSGSIZE;
		request->transfer.part[i] = message->len;
		if (message->flags & I2C_M_RD)
			request->transfer.part[i] |= RIG_PART_READ;
		else
			memcpy(request->transfer.data + at, message->buf,
			       message->len);
		at += message->len;
	}
	request->transfer.bytes = at;
	status = rig_ask(request, &on_i2c.answer, adapter->timeout);
	if (status)
		return status;
	at = 0;
	for (i = 0; i < count; i++) {
		if (messages[i].flags & I2C_M_RD)
			memcpy(messages[i].buf, on_i2c.answer.data + at,
			       messages[i].len);
		at += messages[i].len;
	}
	return count;
}

static u32 i2c_functions(struct i2c_adapter *adapter)
{
	return I2C_FUNC_I2C | I2C_FUNC_SMBUS_EMUL;
}

static const struct i2c_algorithm algorithm = {
	.master_xfer = i2c_transfer_all,
	.functionality = i2c_functions,
};

static struct i2c_adapter i2c = {
	.owner = THIS_MODULE,
	.algo = &algorithm,
	.nr = I2C_BUS,
	.name = "rig",
};

static int pwm_apply(struct pwm_chip *chip, struct pwm_device *channel,
		     const struct pwm_state *state)
{
	struct rig_request notice = { .kind = RIG_PWM,
				      .select = channel->hwpwm };

	notice.pwm.period_ns = state->period;
	notice.pwm.duty_ns = state->duty_cycle;
	notice.pwm.enabled = state->enabled;
	notice.pwm.inversed = state->polarity == PWM_POLARITY_INVERSED;
	rig_tell(&notice);
	return 0;
}

static const struct pwm_ops pwm_operations = {
	.apply = pwm_apply,
	.owner = THIS_MODULE,
};

static struct pwm_chip pwm = { .ops = &pwm_operations, .npwm = 1 };

int rig_buses_add(struct platform_device *board)
{
	int status = spi_add(board);

	if (status)
		return status;
	i2c.dev.parent = &board->dev;
	status = i2c_add_numbered_adapter(&i2c);
	if (status)
		goto no_i2c;
	pwm.dev = &board->dev;
	status = pwmchip_add(&pwm);
	if (status)
		goto no_pwm;
	return 0;

no_pwm:
	i2c_del_adapter(&i2c);
no_i2c:
	spi_unregister_controller(spi);
	return status;
}

void rig_buses_remove(void)
{
	pwmchip_remove(&pwm);
	i2c_del_adapter(&i2c);
	spi_unregister_controller(spi);
}
