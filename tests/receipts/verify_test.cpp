#include "tests/receipts/log_fixture.hpp"
