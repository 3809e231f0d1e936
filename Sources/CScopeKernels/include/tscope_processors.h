/* What Swift cannot ask of a processor or the system itself. */
#ifndef TSCOPE_PROCESSORS_H
#define TSCOPE_PROCESSORS_H

/* The processors that the process may run on, 1 or more. A container or `taskset` leaves a process
 * fewer than the machine has. */
int tscope_processor_count(void);

/* Tells the processor that the thread is waiting in a loop. */
static inline void tscope_pause(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb" ::: "memory");
#endif
}

#endif
