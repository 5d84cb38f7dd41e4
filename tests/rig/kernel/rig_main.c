// SPDX-License-Identifier: GPL-2.0
/*
 * A board for tests: GPIO, SPI, I2C and PWM controllers whose chips live in a
 * program behind /dev/rig. This file is that device and the queue before it.
 */
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "rig.h"

struct entry {
	struct list_head list;
	struct rig_request *request;
	struct rig_answer *answer;	/* with a question */
	struct completion *done;
	struct rig_request notice;	/* without one */
};

static LIST_HEAD(unread);
static LIST_HEAD(unanswered);
static DEFINE_SPINLOCK(lock);	/* both lists, next_id */
static DECLARE_WAIT_QUEUE_HEAD(readers);
static u32 next_id = 1;
static atomic_t opened = ATOMIC_INIT(0);
static struct platform_device *board;

int rig_ask(struct rig_request *request, struct rig_answer *answer,
	    unsigned long timeout)
{
	DECLARE_COMPLETION_ONSTACK(done);
	struct entry entry = { .request = request, .answer = answer,
			       .done = &done };
	unsigned long flags;

	if (!atomic_read(&opened))
		return -ENXIO;
	request->time_ns = ktime_get_ns();
	spin_lock_irqsave(&lock, flags);
	request->id = next_id++;
	if (!next_id)
		next_id = 1;
	list_add_tail(&entry.list, &unread);
	spin_unlock_irqrestore(&lock, flags);
	wake_up_interruptible(&readers);

	if (!wait_for_completion_timeout(&done, timeout)) {
		bool answered;

		spin_lock_irqsave(&lock, flags);
		answered = completion_done(&done);
		if (!answered)
			list_del(&entry.list);
		spin_unlock_irqrestore(&lock, flags);
		if (!answered)
			return -ETIMEDOUT;
	}
	return answer->status;
}

void rig_tell(const struct rig_request *notice)
{
	struct entry *entry;
	unsigned long flags;

	if (!atomic_read(&opened))
		return;
	entry = kzalloc(sizeof(*entry), GFP_ATOMIC);
	if (!entry)
		return;
	entry->notice = *notice;
	entry->notice.id = 0;
	entry->notice.time_ns = ktime_get_ns();
	entry->request = &entry->notice;
	spin_lock_irqsave(&lock, flags);
	list_add_tail(&entry->list, &unread);
	spin_unlock_irqrestore(&lock, flags);
	wake_up_interruptible(&readers);
}

static struct entry *take(struct rig_request *copy)
{
	struct entry *entry;
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	entry = list_first_entry_or_null(&unread, struct entry, list);
	if (entry) {
		/* A question may time out and vanish once the lock is free. */
		*copy = *entry->request;
		list_del(&entry->list);
		if (entry->done)
			list_add_tail(&entry->list, &unanswered);
	}
	spin_unlock_irqrestore(&lock, flags);
	return entry;
}

static ssize_t rig_read(struct file *file, char __user *to, size_t size,
			loff_t *offset)
{
	static struct rig_request copy;	/* there is one reader */
	struct entry *entry;
	int status;

	if (size < sizeof(copy))
		return -EINVAL;
	while (!(entry = take(&copy))) {
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		status = wait_event_interruptible(readers,
						  !list_empty(&unread));
		if (status)
			return status;
	}
	if (!copy.id)
		kfree(entry);
	return copy_to_user(to, &copy, sizeof(copy)) ? -EFAULT : sizeof(copy);
}

static ssize_t rig_write(struct file *file, const char __user *from,
			 size_t size, loff_t *offset)
{
	static struct rig_answer answer;	/* there is one writer */
	struct entry *entry;
	unsigned long flags;
	ssize_t status = -ENOENT;	/* it has given up waiting */

	if (size != sizeof(answer))
		return -EINVAL;
	if (copy_from_user(&answer, from, size))
		return -EFAULT;
	spin_lock_irqsave(&lock, flags);
	list_for_each_entry(entry, &unanswered, list) {
		if (entry->request->id != answer.id)
			continue;
		list_del(&entry->list);
		*entry->answer = answer;
		complete(entry->done);
		status = size;
		break;
	}
	spin_unlock_irqrestore(&lock, flags);
	return status;
}

static __poll_t rig_poll(struct file *file, poll_table *table)
{
	poll_wait(file, &readers, table);
	return list_empty(&unread) ? 0 : EPOLLIN | EPOLLRDNORM;
}

static long rig_ioctl(struct file *file, unsigned int command,
		      unsigned long argument)
{
	struct rig_levels inputs;

	if (command != RIG_SET_INPUTS)
		return -ENOTTY;
	if (copy_from_user(&inputs, (void __user *)argument, sizeof(inputs)))
		return -EFAULT;
	rig_gpio_set_inputs(&inputs);
	return 0;
}

static int rig_open(struct inode *inode, struct file *file)
{
	if (atomic_cmpxchg(&opened, 0, 1))
		return -EBUSY;
	rig_gpio_tell();
	return 0;
}

static int rig_release(struct inode *inode, struct file *file)
{
	atomic_set(&opened, 0);
	return 0;
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.open = rig_open,
	.release = rig_release,
	.read = rig_read,
	.write = rig_write,
	.poll = rig_poll,
	.unlocked_ioctl = rig_ioctl,
	.llseek = noop_llseek,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "rig",
	.fops = &operations,
	.mode = 0600,
};

static int __init rig_init(void)
{
	int status;

	board = platform_device_register_simple("rig", -1, NULL, 0);
	if (IS_ERR(board))
		return PTR_ERR(board);
	status = rig_gpio_add(board);
	if (status)
		goto no_gpio;
	status = rig_buses_add(board);
	if (status)
		goto no_buses;
	status = misc_register(&device);
	if (status)
		goto no_device;
	return 0;

no_device:
	rig_buses_remove();
no_buses:
	rig_gpio_remove();
no_gpio:
	platform_device_unregister(board);
	return status;
}

static void __exit rig_exit(void)
{
	misc_deregister(&device);
	rig_buses_remove();
	rig_gpio_remove();
	platform_device_unregister(board);
}

module_init(rig_init);
module_exit(rig_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Test board whose chips are a program");
