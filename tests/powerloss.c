/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is on a disk when the power fails, for every moment of an edit.
 *
 *	powerloss OLD TRACE JOURNAL SAMPLES
 *
 * OLD is a raw disk before the edit, TRACE the writes and flushes of the edit
 * (tests/exit_at.c), JOURNAL its journal, kept, or "-".  Of what was written
 * since the last flush any sector may be on the disk or not: SAMPLES mixtures
 * are taken after each flush, and each beginning of the writes in their order.
 * In each state, without its journal, each hive must be the old one, the new
 * one, or dirty, also with what its logs hold; with its journal it must become
 * the new disk, and the old one.
 */
#include <fcntl.h>
#include <stdio.h>

#include "hive/image/partition.h"
#include "hive/log/log.h"
#include "hive/ntfs/volume.h"
#include "hive/place/journal.h"
#include "hive/target.h"
#include "hive/target/paths.h"
#include "tests/memory_block.h"

#define SECTOR 512

static const char *const words[] = { "old", "new", "dirty", "unreadable",
				     "torn" };
enum verdict { OLD, NEW, DIRTY, UNREADABLE, TORN, VERDICTS };

struct write {
	uint64_t off;
	size_t n;
	uint8_t *data;
};

struct hive {
	uint8_t *data;
	size_t size;
};

struct scene {
	struct memory_block disk;
	uint8_t *old, *new, *base; /* base: as of the last flush */
	size_t size;
	struct hive was[SPP_ROLE_COUNT], is[SPP_ROLE_COUNT];
	const char *journal;
	unsigned long count[VERDICTS], states;
};

/* The same numbers on every machine. */
static uint32_t random_bits(void)
{
	static uint64_t x = 1;

	x = x * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(x >> 33);
}

static uint8_t *slurp(const char *path, size_t *size)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data;
	long n;

	if (!f || fseek(f, 0, SEEK_END) || (n = ftell(f)) < 0) {
		perror(path);
		exit(2);
	}
	rewind(f);
	data = malloc((size_t)n + 1);
	if (!data || fread(data, 1, (size_t)n, f) != (size_t)n)
		exit(2);
	fclose(f);
	*size = (size_t)n;
	return data;
}

/* What a source of one file of the volume reads. */
struct file_at {
	struct spp_overlay *overlay;
	const struct spp_volume *volume;
	const struct spp_volume_file *file;
};

static enum spp_status read_file(void *ctx, uint64_t off, void *buf, size_t n,
				 struct spp_error *err)
{
	const struct file_at *at = ctx;

	return spp_volume_read(at->overlay, at->volume, at->file, off, buf, n,
			       err);
}

/* The hive as whoever opens it would have it, replayed from its logs. */
static enum spp_status read_hive(struct spp_overlay *overlay,
				 const struct spp_volume *volume, int role,
				 struct hive *hive)
{
	const struct spp_volume_file *file = volume->file[role];
	struct file_at at[SPP_HIVE_FILES];
	struct spp_source source[SPP_HIVE_FILES];
	struct spp_replay replay = SPP_REPLAY_INIT;
	struct spp_logs logs = { { NULL } };
	struct spp_pages *pages = NULL;
	struct spp_regf regf;
	enum spp_status st;
	int i;

	for (i = 0; i < SPP_HIVE_FILES; i++) {
		at[i] = (struct file_at){ overlay, volume, &file[i] };
		source[i] =
			(struct spp_source){ read_file, &at[i], file[i].size };
		if (i && file[i].there)
			logs.log[i - 1] = &source[i];
	}
	st = spp_pages_open(&source[0], &pages, NULL);
	if (!st)
		st = spp_log_replay(pages, &logs, &replay, NULL);
	if (!st)
		st = spp_regf_open(&regf, pages, NULL);
	if (!st) {
		hive->size = SPP_PAGE + regf.base.bins_size;
		hive->data = malloc(hive->size);
		if (!hive->data)
			exit(2);
		st = spp_pages_read(pages, 0, hive->data, hive->size, NULL);
	}
	spp_pages_close(pages);
	return st;
}

/* All hives of the Windows on the disk; what cannot be read has no data. */
static enum spp_status read_hives(struct scene *s, struct hive *hives,
				  enum spp_status *each)
{
	struct spp_partitions table = { 0 };
	const struct spp_seek_query seek = spp_paths_query(NULL);
	struct spp_volume_query query = { .seek = &seek, .allocated = true };
	struct spp_overlay *overlay = NULL;
	struct spp_volume volume;
	enum spp_status st;
	bool found = false;
	size_t i;
	int role;

	st = spp_overlay_open(&s->disk.base, &overlay, NULL);
	if (!st)
		st = spp_partitions_read(overlay, &table, NULL);
	for (i = 0; !st && i < table.count && !found; i++) {
		if (table.part[i].content != SPP_CONTENT_NTFS)
			continue;
		query.off = table.part[i].off;
		query.size = table.part[i].size;
		st = spp_volume_probe(overlay, &query, &volume, NULL);
		if (st)
			break;
		found = volume.file[SPP_ROLE_SOFTWARE][0].there;
		for (role = 0; found && role < SPP_ROLE_COUNT; role++)
			if (volume.file[role][0].there)
				each[role] = read_hive(overlay, &volume, role,
						       &hives[role]);
		spp_volume_release(&volume);
	}
	spp_partitions_release(&table);
	spp_overlay_close(overlay);
	return st ? st : found ? SPP_OK : SPP_NOTFOUND;
}

static bool same(const struct hive *a, const struct hive *b)
{
	return a->size == b->size && !memcmp(a->data, b->data, a->size);
}

static enum verdict judge_hive(const struct scene *s, int role,
			       const struct hive *hive, enum spp_status st)
{
	if (st)
		return st == SPP_DIRTY ? DIRTY : UNREADABLE;
	return same(hive, &s->was[role])  ? OLD
	       : same(hive, &s->is[role]) ? NEW
					  : TORN;
}

/* Without the journal: the worst that is to be seen. */
static enum verdict judge(struct scene *s)
{
	struct hive hive[SPP_ROLE_COUNT] = { { NULL, 0 } };
	enum spp_status each[SPP_ROLE_COUNT] = { SPP_OK };
	enum verdict worst = OLD, is;
	bool seen[VERDICTS] = { false };
	int role;

	if (read_hives(s, hive, each))
		return UNREADABLE;
	for (role = 0; role < SPP_ROLE_COUNT; role++) {
		if (!s->was[role].size)
			continue;
		is = judge_hive(s, role, &hive[role], each[role]);
		/* A hive that the edit leaves alone is old and new. */
		if (is != OLD || !same(&s->was[role], &s->is[role]))
			seen[is] = true;
		if (is > worst)
			worst = is;
		free(hive[role].data);
	}
	/* Of two hives, one without the other is half an edit. */
	return worst < TORN && seen[OLD] && seen[NEW] ? TORN : worst;
}

/* With the journal: to either end. */
static void recover(struct scene *s)
{
	struct spp_overlay *overlay = NULL;
	struct spp_journal *journal = NULL;
	enum spp_journal_fit fit = SPP_FIT_NOT;
	uint8_t *state = malloc(s->size);
	int way;

	if (!state)
		exit(2);
	memcpy(state, s->disk.data, s->size);
	for (way = 0; way < 2; way++) {
		memcpy(s->disk.data, state, s->size);
		if (spp_journal_open(AT_FDCWD, s->journal, s->journal, NULL,
				     false, &journal, NULL) ||
		    spp_overlay_open(&s->disk.base, &overlay, NULL) ||
		    spp_journal_compare(journal, overlay, &fit, NULL) ||
		    fit == SPP_FIT_NOT ||
		    spp_journal_apply(journal, way, &s->disk.base, NULL) ||
		    memcmp(s->disk.data, way ? s->new : s->old, s->size) != 0) {
			printf("state %lu: not to be %s\n", s->states,
			       way ? "completed" : "taken back");
			s->count[TORN]++;
		}
		spp_overlay_close(overlay);
		spp_journal_close(journal);
		overlay = NULL;
		journal = NULL;
	}
	memcpy(s->disk.data, state, s->size);
	free(state);
}

static void look(struct scene *s)
{
	enum verdict is = judge(s);

	s->count[is]++;
	if (is == TORN)
		printf("state %lu is torn, and calls itself clean\n",
		       s->states);
	if (s->states % 16 == 0 && strcmp(s->journal, "-") != 0)
		recover(s);
	s->states++;
}

/* The disk as of the last flush, after writes were tried on it. */
static void reset(struct scene *s, const struct write *w, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		memcpy(s->disk.data + w[i].off, s->base + w[i].off, w[i].n);
}

/* Some sectors of all that was written since the last flush. */
static void lose(struct scene *s, const struct write *w, size_t n, int samples)
{
	size_t i, at, take;
	int sample, keep;

	for (sample = 0; n && sample < samples; sample++) {
		/* From few to nearly all. */
		keep = 1 + sample % 7;
		reset(s, w, n);
		for (i = 0; i < n; i++)
			for (at = 0; at < w[i].n; at += take) {
				take = SECTOR - (w[i].off + at) % SECTOR;
				take = w[i].n - at < take ? w[i].n - at : take;
				if ((int)(random_bits() % 8) < keep)
					memcpy(s->disk.data + w[i].off + at,
					       w[i].data + at, take);
			}
		look(s);
	}
	/* In order, to each write: the program is killed, and all is kept. */
	reset(s, w, n);
	for (i = 0; i < n; i++) {
		memcpy(s->disk.data + w[i].off, w[i].data, w[i].n);
		if (i < 40 || i % 16 == 0 || i + 40 > n)
			look(s);
	}
	for (i = 0; i < n; i++)
		memcpy(s->base + w[i].off, w[i].data, w[i].n);
}

/* "W" offset size bytes, "F"; numbers of 8 bytes as this machine has them. */
static struct write *parse(uint8_t *trace, size_t size, size_t *count)
{
	struct write *w = NULL;
	size_t at = 0;
	uint64_t n[2];

	for (*count = 0; at < size; ++*count) {
		w = realloc(w, (*count + 1) * sizeof(*w));
		if (!w)
			exit(2);
		w[*count] = (struct write){ 0, 0, NULL };
		if (trace[at++] == 'F')
			continue;
		memcpy(n, trace + at, sizeof(n));
		at += sizeof(n);
		w[*count] = (struct write){ n[0], (size_t)n[1], trace + at };
		at += (size_t)n[1];
	}
	return w;
}

static void prepare(struct scene *s, const struct write *w, size_t count)
{
	enum spp_status each[SPP_ROLE_COUNT] = { SPP_OK };
	size_t i;

	memory_block_init(&s->disk, s->size);
	s->new = malloc(s->size);
	s->base = malloc(s->size);
	if (!s->new || !s->base)
		exit(2);
	memcpy(s->new, s->old, s->size);
	memcpy(s->base, s->old, s->size);
	for (i = 0; i < count; i++)
		if (w[i].data)
			memcpy(s->new + w[i].off, w[i].data, w[i].n);
	memcpy(s->disk.data, s->new, s->size);
	if (read_hives(s, s->is, each))
		exit(2);
	memcpy(s->disk.data, s->old, s->size);
	if (read_hives(s, s->was, each))
		exit(2);
}

int main(int argc, char **argv)
{
	struct scene s = { .states = 0 };
	size_t size, count, i, from;
	uint8_t *trace;
	struct write *w;
	int v, flushes = 0;

	if (argc != 5)
		return 2;
	s.old = slurp(argv[1], &s.size);
	trace = slurp(argv[2], &size);
	s.journal = argv[3];
	w = parse(trace, size, &count);
	prepare(&s, w, count);
	for (from = i = 0; i <= count; i++) {
		if (i < count && w[i].data)
			continue;
		lose(&s, w + from, i - from, atoi(argv[4]));
		flushes += i > from;
		from = i + 1;
	}
	printf("%zu writes, %d flushes, %lu states:", count, flushes, s.states);
	for (v = 0; v < VERDICTS; v++)
		printf(" %lu %s%s", s.count[v], words[v],
		       v + 1 < VERDICTS ? "," : "\n");
	return s.count[TORN] || !s.count[NEW] ? 1 : 0;
}
