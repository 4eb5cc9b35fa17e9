/* leafnative: a client for farm-data credentials and data sharing, and the same endpoints as a local service. This
 * header brings everything in; an installation of the client alone has no service.h. */
#ifndef LEAFNATIVE_H
#define LEAFNATIVE_H

#include "leafnative/base.h"
#include "leafnative/client.h"
#include "leafnative/error.h"
#include "leafnative/json.h"
#include "leafnative/operation.h"
#include "leafnative/transport.h"
#include "leafnative/value.h"

#if __has_include("leafnative/service.h")
#include "leafnative/service.h"
#endif

#endif
