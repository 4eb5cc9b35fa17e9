/* The names of the variables in the environment: what is read from them is for config.c alone. */
#ifndef LFN_CLIENT_CONFIG_H
#define LFN_CLIENT_CONFIG_H

enum { LFN_VARIABLE_SIZE = 64 };

/* "LEAF_TOKEN" of "leaf" and "TOKEN". */
void lfn_config_name_variable(const char *prefix, const char *suffix, char out_name[LFN_VARIABLE_SIZE]);

#endif
