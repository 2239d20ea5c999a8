/* Prints the versions that the library reports. */
#include <sparkchat.h>
#include <stdio.h>

int main(void) {
  printf("string=%s\nnumber=%d\nabi=%d\ndetails=%s\nmacro_number=%d\n",
         sparkchat_version_string(), sparkchat_version_number(),
         sparkchat_abi_version(), sparkchat_version_details(),
         SPARKCHAT_VERSION_NUMBER);
  return 0;
}
