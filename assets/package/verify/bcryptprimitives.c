/* Wine before 9 lacks this library, of which Go's programs need one function. It is
   put into the Wine of the proof, never into a package. */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID, ULONG); /* RtlGenRandom */

__declspec(dllexport) BOOL ProcessPrng(PBYTE data, SIZE_T size)
{
	return SystemFunction036(data, size);
}
