// The one unit that holds the code of Asio's TLS stream (BOOST_ASIO_SEPARATE_COMPILATION).
#include <boost/asio/ssl/impl/src.hpp>
