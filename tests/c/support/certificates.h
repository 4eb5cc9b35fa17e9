/* Certificates made for a test: an authority, and servers' certificates signed by it. */
#ifndef TEST_CERTIFICATES_H
#define TEST_CERTIFICATES_H

typedef struct certificates certificates;

/* Makes a folder of its own below the system's temporary folder, with an authority in "ca.pem". */
certificates *certificates_make(void);
/* The path of a file in the folder; it lives until the next call. */
const char *certificates_path(certificates *made, const char *name);
/* Writes a certificate and its key, both as PEM into the file. `names` is a subjectAltName as "IP:127.0.0.1,DNS:a.b";
 * valid from now + `first_day` days to now + `last_day` days. */
void certificates_add(certificates *made, const char *name, const char *names, long first_day, long last_day);
/* Writes a file with this content. */
void certificates_write(certificates *made, const char *name, const char *content);
/* Removes the folder with its files. */
void certificates_free(certificates *made);

#endif
