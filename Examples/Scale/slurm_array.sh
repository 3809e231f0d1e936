#!/usr/bin/env bash
#SBATCH --job-name=tokenscope
#SBATCH --array=0-7
#SBATCH --cpus-per-task=4
#SBATCH --requeue
#SBATCH --output=tokenscope-%A-%a.log
# Works on a data set with one task of a Slurm array for each shard.
#
#     job=$(sbatch --parsable --array=0-31 Examples/Scale/slurm_array.sh prompts.jsonl out --samples 8)
#     sbatch --dependency=afterok:"$job" --wrap 'tokenscope run --merge out'
#
# A task that was ended by its time limit or taken off its node goes on where it was when it is queued again.
# All tasks need the same options and an array that begins with any number and has no gaps. TOKENSCOPE names
# the tool where it is not on the path.
set -euo pipefail

if [ $# -lt 2 ]; then
    printf 'usage: sbatch %s INPUT FOLDER [OPTION...]\n' "${0##*/}" >&2
    exit 2
fi
: "${SLURM_ARRAY_TASK_ID:?is not set: submit this with sbatch --array}"
: "${SLURM_ARRAY_TASK_COUNT:?is not set: submit this with sbatch --array}"
input=$1 output=$2
shift 2

shard=$((SLURM_ARRAY_TASK_ID - ${SLURM_ARRAY_TASK_MIN:-0}))
threads=()
if [ -n "${SLURM_CPUS_PER_TASK:-}" ]; then threads=(--threads "$SLURM_CPUS_PER_TASK"); fi
exec "${TOKENSCOPE:-tokenscope}" run "$input" --output "$output" \
    --shard "$shard/$SLURM_ARRAY_TASK_COUNT" ${threads[@]+"${threads[@]}"} "$@"
